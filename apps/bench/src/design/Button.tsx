import type { ComponentChildren } from 'preact';
import './button.css';

interface ButtonProps {
  readonly onClick?: () => void;
  /** `primary`: the one thing to do here. Default: `plain`. */
  readonly kind?: 'primary' | 'plain' | 'quiet';
  readonly type?: 'button' | 'submit';
  readonly disabled?: boolean;
  /** For screen readers, where the text alone does not say what happens. */
  readonly label?: string;
  readonly children: ComponentChildren;
}

export const Button = ({ onClick, kind = 'plain', type = 'button', disabled = false, label, children }: ButtonProps) => (
  <button class={`button ${kind}`} type={type} disabled={disabled} aria-label={label} onClick={onClick}>
    {children}
  </button>
);
