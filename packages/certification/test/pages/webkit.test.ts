import { certifyPages } from './pages.ts';

certifyPages('webkit', { required: false, features: { isolated: true, generatedCode: true }, devices: [] });
