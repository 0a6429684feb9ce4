/**
 * Lint rules: the strictest type-checked set, and what house style adds. Files may not switch rules off for themselves (`noInlineConfig`):
 * a rule that is wrong for the project is changed here, for all.
 */
import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const tests = ['**/*.test.{ts,tsx}', 'e2e/**'];

/** Requires the opening comment that says what a file is for. */
const opensWithComment = {
  create: (context) => ({
    Program(node) {
      const [first] = context.sourceCode.getAllComments();
      const opens = first?.type === 'Block' && first.value.startsWith('*') && first.range[0] <= (node.body[0]?.range[0] ?? Infinity);
      if (!opens)
        context.report({ loc: { line: 1, column: 0 }, message: 'Open the file with a /** … */ comment: what it is for and its idea.' });
    },
  }),
};

const house = { rules: { 'opening-comment': opensWithComment } };

const restricted = [
  { selector: 'ExportDefaultDeclaration', message: 'Use a named export.' },
  { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that declares it.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of strings.' },
];

export default defineConfig(
  // The kernels are AssemblyScript, which is checked by its own compiler.
  globalIgnores(['dist/', '.cache/', 'public/', 'test-results/', 'playwright-report/', '**/*.d.ts', 'src/engine/wasm/kernels/']),
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx,js,mjs}'],
    plugins: { house },
    rules: { 'house/opening-comment': 'error', eqeqeq: ['error', 'always', { null: 'ignore' }] },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers are printed everywhere here; what else enters a template is still an error.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // The compiler asks for brackets on index signatures (noPropertyAccessFromIndexSignature); this rule would ask for dots.
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/consistent-type-imports': 'error',
      // A handler that does nothing is a statement, not an accident.
      '@typescript-eslint/no-empty-function': 'off',
      // `void` in `cond ? a() : b()` statements and arrow shorthands reads well.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Typed arrays are indexed in every loop, and noUncheckedIndexedAccess cannot see a loop's bounds. `!` is how that is said, once.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['{src,bench}/**/*.{ts,tsx}'],
    ignores: tests,
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...restricted],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Draw from shared/random.ts, seeded.' }],
    },
  },
  {
    files: ['src/main.tsx', 'src/reference.tsx', 'src/ui/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest']],
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        ['Buffer', 'URL', 'clearTimeout', 'console', 'fetch', 'module', 'performance', 'process', 'setTimeout'].map((name) => [
          name,
          'readonly',
        ]),
      ),
    },
  },
);
