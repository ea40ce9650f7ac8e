// A fault in one page leaves the frame standing, and can be tried again.
import { Component, type ReactNode } from 'react';
import { shared } from '../../i18n/shared-strings.ts';

/** See the top of the file. */
export class PageErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    const strings = shared.now();
    return (
      <main id="page" className="page">
        <div className="empty" role="alert">
          <p>{strings.states.failed}</p>
          <button type="button" className="button" onClick={() => this.setState({ failed: false })}>
            {strings.actions.retry}
          </button>
        </div>
      </main>
    );
  }
}
