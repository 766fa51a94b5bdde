import type { Notice } from '../domain/notice.js';
import type { Episode } from '../domain/sentinel/episode.js';
import type { JobSnapshot } from '../domain/snapshot.js';
import { isEnded } from '../domain/job.js';
import type { ChartRenderer } from '../services/charts/chart-renderer.js';
import type { JobDesk } from '../services/jobs/job-desk.js';
import type { Log } from '../services/jobs/job-changes.js';
import type { LiveMessageStore } from '../services/jobs/ports.js';
import type { SentinelDesk } from '../services/sentinel/sentinel-desk.js';
import { alarmMessage } from '../views/alarm-message.js';
import { alarmChart } from '../views/charts/alarm-chart.js';
import { trainingChart } from '../views/charts/training-chart.js';
import { jobMessage } from '../views/job-message.js';
import type { MessageBody } from '../views/message.js';
import { noticeMessage } from '../views/notice-message.js';

export interface RenderingParts {
  readonly jobs: JobDesk;
  readonly live: LiveMessageStore;
  readonly charts: ChartRenderer;
  readonly sentinel: Pick<SentinelDesk, 'episode' | 'thresholds'>;
  readonly guildId: string;
  readonly log: Log;
}

/** The picture of a running job is drawn anew at most this often. */
const chartEveryMs = 30_000;

/** The first picture waits for this many points, so that it is not two of them for the next half minute … */
const firstChartPoints = 10;
/** … or, of a run that logs seldom, for this long. */
const firstChartMs = 60_000;

function worthDrawing({ job, curves, at }: JobSnapshot): boolean {
  const points = Math.max(0, ...curves.map((curve) => curve.points.length));
  return points >= firstChartPoints || at - (job.startedAt ?? at) >= firstChartMs;
}

interface Drawn {
  readonly at: number;
  readonly ended: boolean;
  readonly chart: Buffer;
}

/** From a job to its message with its picture: what the reporter calls when it is about to write. */
export function createRendering({ jobs, live, charts, sentinel, guildId, log }: RenderingParts) {
  const drawn = new Map<number, Drawn>();

  /** A message without its picture is better than none, so a chart that fails is logged and left out. */
  async function drawChart(snapshot: JobSnapshot): Promise<Buffer | undefined> {
    const { job, at } = snapshot;
    const ended = isEnded(job.state);
    const last = drawn.get(job.id);
    if (last && last.ended === ended && (ended || at - last.at < chartEveryMs)) return last.chart;
    if (!last && !ended && !worthDrawing(snapshot)) return undefined;
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

  function episodeOf({ kind, detail: { episode: id } }: Notice): Episode | undefined {
    return kind === 'alarm' && typeof id === 'number' ? sentinel.episode(id) : undefined;
  }

  async function drawAlarm(snapshot: JobSnapshot, episode: Episode): Promise<Buffer | undefined> {
    const spec = alarmChart(snapshot, episode, sentinel.thresholds);
    if (!spec) return undefined;
    try {
      return await charts.render(spec);
    } catch (error) {
      log.error({ err: error, job: snapshot.job.id }, 'the chart of an alarm could not be drawn');
      return undefined;
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
      const message = live.get(notice.jobId);
      const liveMessageUrl =
        message && `https://discord.com/channels/${guildId}/${message.channelId}/${message.messageId}`;
      const episode = episodeOf(notice);
      if (episode) {
        const picture = await drawAlarm(snapshot, episode);
        return alarmMessage(notice, snapshot, episode, {
          ...(picture && { chart: picture }),
          ...(liveMessageUrl !== undefined && { liveMessageUrl }),
        });
      }
      const chart = await drawChart(snapshot);
      return noticeMessage(notice, snapshot, {
        ...(chart && { chart }),
        ...(liveMessageUrl !== undefined && { liveMessageUrl }),
      });
    },
  };
}
