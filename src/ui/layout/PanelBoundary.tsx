/** Keeps a panel that fails from taking the page with it, and says what happened. The run goes on behind it. */
import { Component } from 'react';
import type { ReactNode } from 'react';
import buttons from './buttons.module.css';
import page from './page.module.css';

interface BoundaryProps {
  readonly name: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly message?: string;
}

/** Wraps one panel. */
export class PanelBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = {};

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    const { message } = this.state;
    if (message === undefined) return this.props.children;
    return (
      <div role="alert" className={page['broken-panel']}>
        <p>
          <b>{this.props.name} cannot be drawn.</b> The run and its settings are kept. What happened: {message}
        </p>
        <button type="button" className={buttons['button']} onClick={() => this.setState({ message: undefined as never })}>
          Draw again
        </button>
      </div>
    );
  }
}
