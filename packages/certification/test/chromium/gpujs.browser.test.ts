import { assets } from '../../page/assets.ts';
import { certifyHere } from '../suite.ts';

certifyHere('chromium', 'gpujs', assets);
