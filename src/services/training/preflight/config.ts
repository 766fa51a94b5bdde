import type { Finding } from '../../../domain/plan.js';
import type { TrainerConfig } from '../../toolset/config-file.js';

/** Whether the trainer's config file is there and can be read. */
export function checkConfig(config: TrainerConfig): readonly Finding[] {
  if (config.ok) return [];
  const { path } = config.pinned;
  if (config.reason === 'missing') {
    return [
      {
        level: 'blocker',
        code: 'config-missing',
        message: `The config file ${path} does not exist.`,
        remedy: 'Put it there, or correct `config` in the manifest.',
      },
    ];
  }
  return [
    {
      level: 'blocker',
      code: 'config-unreadable',
      message: `The config file ${path} cannot be used: ${config.why}.`,
      remedy: 'Mend the file.',
    },
  ];
}
