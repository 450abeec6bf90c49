import { render } from 'preact';
import './design/tokens.css';
import './design/base.css';
import { Shell } from './shell/Shell.tsx';

render(<Shell />, document.querySelector('#app')!);
