import { Notice } from '../design/Notice.tsx';
import { isDrawing } from '../design/useTurn.ts';
import { address } from '../links/address.ts';
import { views } from '../views/views.ts';
import { HostLine } from './HostLine.tsx';
import './shell.css';
import { theme, themes } from './theme.ts';
import { ViewPage } from './ViewPage.tsx';

const ThemeChoice = () => (
  <label class="theme small muted">
    <span class="spoken">Colours</span>
    <select
      value={theme.value}
      onChange={({ currentTarget }) => {
        theme.value = themes.find((each) => each === currentTarget.value) ?? 'system';
      }}
    >
      {themes.map((each) => (
        <option key={each} value={each}>
          {each}
        </option>
      ))}
    </select>
  </label>
);

/** Header, navigation, the view that the address names, and what computes here. */
export const Shell = () => {
  const { path } = address.value;
  const view = views.find((each) => each.path === path) ?? views[0]!;
  return (
    <>
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          // The address belongs to the views.
          event.preventDefault();
          document.querySelector<HTMLElement>('main')?.focus();
        }}
      >
        Skip to the content
      </a>
      <header class="head">
        <a class="brand" href="#/">
          Nalu
        </a>
        <nav aria-label="Views">
          <ul>
            {views.map((each) => (
              <li key={each.path}>
                <a href={`#/${each.path}`} aria-current={each === view ? 'page' : undefined}>
                  {each.title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <ThemeChoice />
      </header>
      <main id="content" tabIndex={-1} aria-busy={isDrawing}>
        {path !== '' && view.path !== path && (
          <Notice kind="problem">
            The link names a view “{path}” that does not exist. This is {view.title}.
          </Notice>
        )}
        <ViewPage key={view.path} view={view} />
      </main>
      <footer class="foot">
        <HostLine />
      </footer>
    </>
  );
};
