/** Mounts the reference page. It has no trainer and no store: only the parameter table, and the theme that was chosen. */
import '@fontsource-variable/inter/index.css';
import './ui/theme/tokens.css';
import './ui/theme/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ReferencePage } from './ui/reference/ReferencePage.tsx';
import { applyTheme, onSystemThemeChange, storedTheme } from './ui/theme/theme.ts';

const dress = (): void => applyTheme(storedTheme(), false);
dress();
onSystemThemeChange(dress);

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element to be drawn into.');
createRoot(root).render(
  <StrictMode>
    <ReferencePage />
  </StrictMode>,
);
