import { certifyPages } from './pages.ts';

certifyPages('firefox', { required: false, features: { isolated: true, generatedCode: true }, devices: [] });
