import type { Finding } from '../../domain/plan.js';

export function blocker(code: string, message: string, remedy: string): Finding {
  return { level: 'blocker', code, message, remedy };
}

export function warning(code: string, message: string, remedy: string): Finding {
  return { level: 'warning', code, message, remedy };
}
