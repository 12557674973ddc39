import { rooms } from './rooms';

export default rooms(import.meta.glob<{ default: object }>('./locales/zh/*.ts', { eager: true }));
