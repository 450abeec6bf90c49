import { assets } from '../../page/assets.ts';
import { isForSecondBrowser } from '../secondBrowser.ts';
import { certifyHere } from '../suite.ts';

certifyHere('chromium', 'gpujs', assets, (row) => !isForSecondBrowser(row));
