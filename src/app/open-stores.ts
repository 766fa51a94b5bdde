import { join } from 'node:path';
import { createAuditStore } from '../db/audit-store.js';
import { createDraftStore } from '../db/draft-store.js';
import { createEpisodeStore } from '../db/episode-store.js';
import { createJobStore } from '../db/job-store.js';
import { createLiveMessageStore } from '../db/live-message-store.js';
import { lockDataDir } from '../db/lock.js';
import { createMetricsStore } from '../db/metrics-store.js';
import { createNoticeStore } from '../db/notice-store.js';
import { openDatabase } from '../db/open.js';
import { createPlanStore } from '../db/plan-store.js';
import { createRuleLevelStore } from '../db/rule-level-store.js';
import { createStatusMessageStore } from '../db/status-message-store.js';
import { UserError } from '../domain/user-error.js';
import type { Clock } from '../services/jobs/ports.js';

/** Everything that the program keeps. */
export type Stores = ReturnType<typeof openStores>;

/**
 * Takes the data folder for this process and opens its database. Throws UserError when another process has the folder.
 */
export function openStores(dataDir: string, clock: Clock) {
  const unlock = lockDataDir(dataDir);
  if (!unlock) {
    throw new UserError(
      `Another tuner-bot is running on the data folder ${dataDir}.`,
      'Stop that one, or give this one a folder of its own in TUNER_BOT_DATA_DIR.',
    );
  }
  const db = openDatabase(join(dataDir, 'tuner-bot.db'));
  const jobs = createJobStore(db);
  return {
    jobs,
    episodes: createEpisodeStore(db, jobs),
    ruleLevels: createRuleLevelStore(db),
    plans: createPlanStore(db),
    notices: createNoticeStore(db),
    live: createLiveMessageStore(db),
    statusMessages: createStatusMessageStore(db),
    drafts: createDraftStore(db, clock),
    audit: createAuditStore(db),
    metrics: createMetricsStore(db, clock),
    close() {
      db.close();
      unlock();
    },
  };
}
