import { CopyButton } from '../../design/CopyButton.tsx';
import type { BackendEntry } from '../../backends/backends.ts';
import { importLines, installLine, policyOf, stepsOf } from './snippet.ts';

/** The lines to paste for the chosen backend. */
export const UseIt = ({ variant }: { readonly variant: BackendEntry }) => {
  const steps = stepsOf(variant);
  return (
    <section class="panel stack use-it" aria-labelledby="use-it-title">
      <h2 id="use-it-title">
        Use <code>{variant.name}</code>
      </h2>
      <pre tabIndex={0} aria-label="The import to paste">
        {importLines(variant)}
      </pre>
      <CopyButton text={() => importLines(variant)}>Copy the import</CopyButton>
      <p>
        In a project beside the checkout that <code>npm start</code> has built (the packages are not published):
      </p>
      <pre tabIndex={0} aria-label="The command that installs it">
        {installLine(variant)}
      </pre>
      <CopyButton text={() => installLine(variant)}>Copy the command</CopyButton>
      {steps.map((step) => (
        <p key={step}>{step}</p>
      ))}
      <p>
        A page with a Content-Security-Policy needs at least <code>{policyOf(variant)}</code> in it. Cross-origin isolation is not
        needed: it gives a page finer clocks.
      </p>
    </section>
  );
};
