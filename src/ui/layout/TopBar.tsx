/** Name, what is being learned, the run controls, the engine, and what concerns the whole page. */
import { formatCount } from '../../shared/format.ts';
import { useApp } from '../use-app.ts';
import { AboutDialog } from './AboutDialog.tsx';
import { EngineBadge } from './EngineBadge.tsx';
import { ExportMenu } from './ExportMenu.tsx';
import { FileMenu } from './FileMenu.tsx';
import styles from './top-bar.module.css';
import { Logo } from './Logo.tsx';
import { RunControls } from './RunControls.tsx';
import { ShareMenu } from './ShareMenu.tsx';
import { ThemeMenu } from './ThemeMenu.tsx';
import { TryMenu } from './TryMenu.tsx';

/** The bar at the top. On a phone the run controls stand at the bottom instead. */
export function TopBar({ withRunControls }: { readonly withRunControls: boolean }) {
  return (
    <header className={styles['top-bar']}>
      <div className={styles['title']}>
        <div className={styles['brand']}>
          <Logo />
          <h1>Tuning Fork</h1>
        </div>
        <Subject />
      </div>
      {withRunControls ? <RunControls /> : null}
      <div className={styles['page-controls']}>
        <EngineBadge />
        <TryMenu />
        <ShareMenu />
        <FileMenu />
        <ExportMenu />
        <ThemeMenu />
        <AboutDialog />
      </div>
    </header>
  );
}

/** Task and model in words. */
function Subject() {
  const description = useApp((state) => state.description);
  if (description === undefined) return <p className={styles['subject']}> </p>;
  const { taskName, modelName, parameterCount } = description;
  const words = `${modelName} · ${formatCount(parameterCount)} weights`;
  return (
    <p className={styles['subject']} title={`${taskName} · ${words}`}>
      <b>{taskName}</b> · {words}
    </p>
  );
}
