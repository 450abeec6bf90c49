import { certifyHere } from '../suite.ts';

certifyHere('node', 'tfjs-webgpu');
