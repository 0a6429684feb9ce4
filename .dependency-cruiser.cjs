/**
 * Who may know whom (the walls of the house), one rule per folder. A rule lists what its folder may import; everything else in src/ and
 * every package it does not name is refused. Tests beside the sources may reach further: they need a second opinion.
 */

const tests = '\\.test\\.tsx?$';

/** Forbids `folder` everything but itself, `folders`, single `files` and `packages`; `node` allows the modules of Node, `except` are its folders with a rule of their own. */
function wall(folder, { folders = [], files = [], packages = [], node = false, except = [], reason }) {
  const own = [folder, ...folders].map((name) => `^src/${name}/`);
  const allowed = [...own, ...files.map((file) => `^${file}$`), ...packages.map((name) => `^node_modules/${name}(/|$)`)];
  if (node) allowed.push('^(node:)?[a-z_]+(/promises)?$');
  return {
    name: `${folder.replace('/', '-')}-knows-only`,
    comment: `${folder}/ ${reason}`,
    severity: 'error',
    from: { path: `^src/${folder}/`, pathNot: [tests, ...except.map((name) => `^src/${name}/`)] },
    to: { pathNot: allowed, couldNotResolve: false },
  };
}

const uiFolders = ['shared', 'params', 'schedule', 'store'];
const uiPackages = ['react', 'react-dom', 'recharts', 'uqr', 'zustand', '@fontsource-variable/inter', '@types/react', '@types/react-dom'];
const trainerInterface = 'src/trainer/trainer\\.ts';

module.exports = {
  forbidden: [
    wall('shared', {
      packages: ['fflate'],
      reason: 'holds pure helpers that two folders need. It imports no other folder, so anyone may import it; zip files are fflate’s.',
    }),
    wall('params', { folders: ['shared'], reason: 'declares every parameter once. It must load in the page, the worker and Node alike.' }),
    wall('schedule', {
      folders: ['shared', 'params'],
      reason: 'is a pure function of the step: the page previews with the code that trains, so it may need neither data nor graph.',
    }),
    wall('tasks', {
      folders: ['shared', 'params'],
      reason: 'makes examples and batches as plain arrays. How they are learned is not its business.',
    }),
    wall('graph', {
      folders: ['shared'],
      reason: 'describes computation without numbers, configurations or tfjs, so that any executor can run it.',
    }),
    wall('models', {
      folders: ['shared', 'params', 'tasks', 'graph'],
      reason: 'builds networks as graph. It knows the shape of the data, not how training goes.',
    }),
    wall('language', {
      folders: ['shared', 'tasks', 'graph', 'models'],
      reason: 'reads and makes text with a trained model. It runs no graph, so that a token needs neither executor nor configuration.',
    }),
    wall('training', {
      folders: ['shared', 'params', 'schedule', 'tasks', 'graph', 'models'],
      reason: 'is the run itself. Executors are handed to it through graph/executor.ts, so it runs on any of them and in Node.',
    }),
    wall('engine', {
      folders: ['shared', 'graph'],
      packages: ['@tensorflow', '@webgpu/types'],
      reason: 'runs graphs and is the only folder that imports tfjs. It knows nothing of configurations, epochs or losses.',
    }),
    wall('trainer', {
      folders: ['shared', 'params', 'schedule', 'tasks', 'graph', 'models', 'language', 'training', 'engine', 'codegen'],
      reason: 'is the thread boundary; its worker entry and inline form join training and engine. It knows neither store nor page.',
    }),
    wall('cli', {
      folders: ['shared', 'params', 'schedule', 'tasks', 'graph', 'models', 'language', 'training', 'engine', 'trainer', 'codegen'],
      node: true,
      reason: 'is the same core in Node: it joins training and engine and knows neither store nor page.',
    }),
    wall('store', {
      folders: ['shared', 'params'],
      files: [trainerInterface, 'src/schedule/(plan|trace)\\.ts'],
      packages: ['zustand'],
      reason:
        'is what the app knows. It talks to the Trainer interface (which speaks of plans), never to a worker or a run, and has no React. A drawn schedule begins with a trace of the planned one.',
    }),
    wall('codegen', {
      folders: ['shared', 'params'],
      reason: 'writes source code as strings. Data, plans and what a run said are handed to it, so that it can be read and tested as text.',
    }),
    wall('ui', {
      folders: uiFolders,
      files: [trainerInterface],
      packages: uiPackages,
      except: ['ui/gallery'],
      reason: 'shows what the store knows. Of the trainer it knows the types of what it draws; everything it asks goes through the store.',
    }),
    wall('ui/gallery', {
      folders: ['ui', 'testing', ...uiFolders],
      files: [trainerInterface],
      packages: uiPackages,
      reason: 'shows every component on recorded runs during development, so it alone in ui/ may know testing/.',
    }),
    wall('testing', {
      folders: [
        'shared',
        'params',
        'schedule',
        'tasks',
        'graph',
        'models',
        'language',
        'training',
        'engine',
        'trainer',
        'cli',
        'store',
        'codegen',
      ],
      node: true,
      reason: 'stands in for the real thing in tests and in the gallery, whatever that is; it never needs the page.',
    }),
    {
      name: 'testing-stays-out',
      comment: 'testing/ is imported by tests, by itself and by the gallery: recorded runs must not look like real ones in the product.',
      severity: 'error',
      from: { path: '^src/', pathNot: [tests, '^src/testing/', '^src/ui/gallery/'] },
      to: { path: '^src/testing/' },
    },
    {
      name: 'engine-and-training-joined-at-the-boundary',
      comment:
        'In trainer/, only the worker entry, the inline form and the session they share may reach executors; the page’s end may not.',
      severity: 'error',
      from: { path: '^src/trainer/(worker-trainer|protocol|trainer)\\.ts$', pathNot: tests },
      to: { path: ['^src/engine/', '^src/training/', '^src/models/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'bench-knows-only',
      comment: 'bench/ races what trains, in Node and in a worker. It needs neither page nor store, and nothing may come to need it.',
      severity: 'error',
      from: { path: '^bench/', pathNot: tests },
      to: { path: '^src/(main\\.tsx|ui|store|codegen|testing)' },
    },
    {
      name: 'bench-stays-out',
      comment: 'What others train with is installed for the bench alone and must not reach the app.',
      severity: 'error',
      from: { path: '^(src|e2e|scripts)/' },
      to: { path: ['^bench/', '^node_modules/(convnetjs|@jax-js|@tensorflow/tfjs-backend-wasm)/'] },
    },
    {
      name: 'one-wiring',
      comment: 'main.tsx is the only file that wires; nothing imports it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main\\.tsx$' },
      to: { path: '^src/main\\.tsx$' },
    },
    {
      name: 'page-without-tfjs',
      comment:
        'tfjs is loaded by the worker and the command line only: it would triple the main bundle and block the page. ' +
        'A worker made with new Worker(new URL(…)) is not an import, so it does not count here.',
      severity: 'error',
      from: { path: '^src/main\\.tsx$' },
      to: { path: '^node_modules/@tensorflow/', reachable: true },
    },
    {
      name: 'no-cycles',
      comment: 'In a cycle no file can be understood, tested or loaded before the others.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolved',
      comment: 'What cannot be found here will not be found when it is built.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(virtual:|vitest/config$)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The kernels are AssemblyScript: their imports are resolved by its own compiler.
    exclude: { path: ['\\.d\\.ts$', '^src/engine/wasm/kernels/'] },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
