import { certifyHere } from '../suite.ts';

certifyHere('node', 'gpujs');
