import type { Notice } from '../domain/notice.js';
import type { JobSnapshot } from '../domain/snapshot.js';
import { isEnded } from '../domain/job.js';
import type { ChartRenderer } from '../services/charts/chart-renderer.js';
import type { JobDesk } from '../services/jobs/job-desk.js';
import type { Log } from '../services/jobs/job-changes.js';
import type { LiveMessageStore } from '../services/jobs/ports.js';
import { trainingChart } from '../views/charts/training-chart.js';
import { jobMessage } from '../views/job-message.js';
import type { MessageBody } from '../views/message.js';
import { noticeMessage } from '../views/notice-message.js';

export interface RenderingParts {
  readonly jobs: JobDesk;
  readonly live: LiveMessageStore;
  readonly charts: ChartRenderer;
  readonly guildId: string;
  readonly log: Log;
}

/** The picture of a running job is drawn anew at most this often. */
const chartEveryMs = 30_000;

interface Drawn {
  readonly at: number;
  readonly ended: boolean;
  readonly chart: Buffer;
}

/** From a job to its message with its picture: what the reporter calls when it is about to write. */
export function createRendering({ jobs, live, charts, guildId, log }: RenderingParts) {
  const drawn = new Map<number, Drawn>();

  /** A message without its picture is better than none, so a chart that fails is logged and left out. */
  async function drawChart(snapshot: JobSnapshot): Promise<Buffer | undefined> {
    const { job, at } = snapshot;
    const ended = isEnded(job.state);
    const last = drawn.get(job.id);
    if (last && last.ended === ended && (ended || at - last.at < chartEveryMs)) return last.chart;
    const spec = trainingChart(snapshot);
    if (!spec) return undefined;
    try {
      const chart = await charts.render(spec);
      drawn.set(job.id, { at, ended, chart });
      return chart;
    } catch (error) {
      log.error({ err: error, job: job.id }, 'the chart could not be drawn');
      return last?.chart;
    }
  }

  return {
    async render(jobId: number): Promise<{ body: MessageBody; final: boolean } | undefined> {
      const snapshot = await jobs.snapshot(jobId);
      if (!snapshot) return undefined;
      const chart = await drawChart(snapshot);
      const final = isEnded(snapshot.job.state);
      if (final) drawn.delete(jobId);
      return { body: jobMessage(snapshot, chart ? { chart } : {}), final };
    },
    async renderNotice(notice: Notice): Promise<MessageBody> {
      const snapshot = await jobs.snapshot(notice.jobId);
      if (!snapshot)
        throw new Error(`Notice ${notice.id} is about job ${notice.jobId}, which does not exist`);
      const chart = await drawChart(snapshot);
      const message = live.get(notice.jobId);
      const liveMessageUrl =
        message && `https://discord.com/channels/${guildId}/${message.channelId}/${message.messageId}`;
      return noticeMessage(notice, snapshot, {
        ...(chart && { chart }),
        ...(liveMessageUrl !== undefined && { liveMessageUrl }),
      });
    },
  };
}
