import type { JobKind } from '../domain/job.js';
import type { PlanState, ProposedPlan, StoredPlan } from '../domain/plan.js';
import { blockersOf, findingsOf, jobKindOf, overwritesOf } from '../domain/plan.js';
import { buttonRow, type ButtonParts } from './buttons.js';
import { actionIds } from './custom-id.js';
import { buildEmbed, lines } from './embed.js';
import type { MessageBody } from './message.js';
import { countOf, relativeTime } from './numbers.js';
import { palette } from './palette.js';
import { commandField, findingText, launchFields, planSubject, trainNames } from './plan-details.js';
import { trainTable } from './plan-table.js';
import { cleanLine, code, plain, truncate } from './text.js';
import { uploadPlanNames, uploadPlanSections } from './upload-plan.js';

const maxChanges = 4;
/** Repositories that are named before they are overwritten; more are counted. */
const maxOverwrites = 5;
/** Characters that findings may take of an embed's 4096: what will run must stand below them. */
const findingsLength = 1200;

/** A plan to be confirmed: the verdict first, then what will run, then the buttons. */
export function planMessage(
  stored: StoredPlan,
  options: { readonly changes?: readonly string[]; readonly card?: string } = {},
): MessageBody {
  const { plan } = stored;
  const { title, colour } = verdict(plan);
  const embed = buildEmbed({
    title,
    colour,
    sections: [
      changesText(options.changes ?? []),
      overwriteText(stored),
      ...findingSections(plan),
      ...planSections(plan, options.card),
      `Asked by <@${stored.requestedBy}>, expires ${relativeTime(stored.expiresAt)}`,
    ],
    fields: fieldsOf(plan),
  });
  return { embeds: [embed], components: [planButtons(stored)], mention: [] };
}

function planButtons({ id, plan, state }: StoredPlan) {
  const blocked = blockersOf(plan).length > 0;
  const { start } = kindWords[jobKindOf(plan)];
  const first: ButtonParts =
    state.name === 'open' && state.overwriteAsked
      ? { id: actionIds.overwritePlan(id), label: overwriteLabel(plan), style: 'danger', disabled: blocked }
      : { id: actionIds.startPlan(id), label: start, style: 'success', disabled: blocked };
  const second: ButtonParts =
    plan.kind === 'train'
      ? { id: actionIds.editPlan(id), label: 'Edit', style: 'secondary' }
      : { id: actionIds.showCard(id), label: 'Show model card', style: 'secondary' };
  const cancel = { id: actionIds.cancelPlan(id), label: 'Cancel', style: 'secondary' } as const;
  return plan.kind === 'train' ? buttonRow(first, second, cancel) : buttonRow(first, cancel, second);
}

/** Another word than on the first button, so that a second press by habit is none. */
function overwriteLabel(plan: ProposedPlan): string {
  const [one, ...others] = overwritesOf(plan);
  const what = others.length > 0 || !one ? countOf(others.length + 1, 'repository') : one.repoId;
  return truncate(cleanLine(`Yes, overwrite ${what.replace('repositorys', 'repositories')}`), 80);
}

/** What the second press does; asked once the first was made. */
function overwriteText({ plan, state }: StoredPlan): string | undefined {
  if (state.name !== 'open' || !state.overwriteAsked) return undefined;
  const shown = overwritesOf(plan).slice(0, maxOverwrites);
  const left = overwritesOf(plan).length - shown.length;
  return lines(
    '❗ **Nothing is uploaded yet. Files that are there would be overwritten:**',
    ...shown.map(
      ({ repoId, repo }) =>
        `• ${code(repoId, 80)} of ${code(repo.owner, 40)}, ${countOf(repo.files, 'file')}, changed ${relativeTime(repo.lastModifiedMs)}`,
    ),
    left > 0 && `… and ${left} more`,
  );
}

/** What kinds of plans call their first button, and what it does. */
const kindWords = {
  train: { start: 'Start', ready: 'Ready to start' },
  upload: { start: 'Upload', ready: 'Ready' },
} as const satisfies Record<JobKind, unknown>;

function verdict(plan: ProposedPlan): { title: string; colour: number } {
  const subject = planSubject(plan);
  const words = kindWords[jobKindOf(plan)];
  const blockers = blockersOf(plan).length;
  if (blockers > 0) return { title: `⛔ Cannot start: ${subject}`, colour: palette.failed };
  const { length } = findingsOf(plan);
  if (length > 0) {
    return {
      title: `⚠️ ${countOf(length, 'warning')}: ${subject}`,
      colour: palette.warned,
    };
  }
  return { title: `✅ ${words.ready}: ${subject}`, colour: palette.running };
}

function changesText(changes: readonly string[]): string | undefined {
  if (changes.length === 0) return undefined;
  return lines(
    '♻️ **Changed since it was shown, so nothing was started.** Look again:',
    ...changes.slice(0, maxChanges).map((change) => `• ${plain(change, 100)}`),
    changes.length > maxChanges && `… and ${countOf(changes.length - maxChanges, 'more change')}`,
  );
}

/** Blockers first: they are what must be mended. As many as there is room for, one at least. */
function findingSections(plan: ProposedPlan): string[] {
  const ordered = [...blockersOf(plan), ...findingsOf(plan).filter(({ level }) => level === 'warning')];
  const shown: string[] = [];
  let length = 0;
  for (const text of ordered.map(findingText)) {
    length += text.length + 2;
    if (length > findingsLength && shown.length > 0) break;
    shown.push(text);
  }
  const left = ordered.length - shown.length;
  return left > 0 ? [...shown, `… and ${countOf(left, 'more finding')}`] : shown;
}

function planSections(plan: ProposedPlan, card?: string): (string | undefined)[] {
  return plan.kind === 'train' ? [trainNames(plan), trainTable(plan)] : uploadPlanSections(plan, card);
}

/** A batch has a command line an upload: each stands with its job. */
function fieldsOf(plan: ProposedPlan): { name: string; value: string }[] {
  if (plan.kind === 'train') return launchFields(plan);
  return plan.kind === 'upload' ? [commandField(plan.launch)] : [];
}

/** A plan that can no longer be pressed: what became of it. A confirmed one still shows all that runs. */
export function closedPlanMessage(stored: StoredPlan, options: { jobsChannelId?: string } = {}): MessageBody {
  const { plan, state } = stored;
  const { title, colour, text } = ending(stored, state, options.jobsChannelId ?? stored.channelId);
  const confirmed = state.name === 'confirmed';
  const embed = buildEmbed({
    title: `${title}: ${planSubject(plan)}`,
    colour,
    sections: [
      text,
      ...(confirmed ? [...findingSections(plan), ...planSections(plan)] : shortSections(plan)),
      `Asked by <@${stored.requestedBy}>`,
    ],
    fields: confirmed ? fieldsOf(plan) : [],
  });
  return { embeds: [embed], components: [], mention: [] };
}

function shortSections(plan: ProposedPlan): (string | undefined)[] {
  return [plan.kind === 'train' ? trainNames(plan) : uploadPlanNames(plan)];
}

function ending(stored: StoredPlan, state: PlanState, jobsChannelId: string) {
  switch (state.name) {
    case 'open':
      return { title: '⏳ Waiting', colour: palette.waiting, text: 'It can still be started.' };
    case 'confirmed': {
      const where = jobsChannelId === stored.channelId ? '' : ` in <#${jobsChannelId}>`;
      return {
        title: '✅ Started',
        colour: palette.running,
        text: `Started as ${jobNames(state.jobIds)} by <@${state.by}> ${relativeTime(state.at)}${where}`,
      };
    }
    case 'cancelled':
      return {
        title: '⏹️ Cancelled',
        colour: palette.stopped,
        text: `<@${state.by}> cancelled it ${relativeTime(state.at)}. Nothing was started.`,
      };
    case 'expired':
      return {
        title: '⌛ Expired',
        colour: palette.stopped,
        text: `Nobody pressed ${kindWords[jobKindOf(stored.plan)].start} in time. Nothing was started. Type the command again to start it.`,
      };
    default:
      return {
        title: '♻️ Replaced',
        colour: palette.stopped,
        text: 'A newer plan took its place. Nothing was started from this one.',
      };
  }
}

/** What became of a plan, in words without names: for where a mention cannot stand. */
export function planStateWords(state: PlanState): string {
  switch (state.name) {
    case 'open':
      return 'This plan is open: it can be started.';
    case 'confirmed':
      return `This plan was started already, as ${jobNames(state.jobIds)}.`;
    case 'cancelled':
      return 'This plan was cancelled. Nothing was started.';
    case 'expired':
      return 'This plan has expired. Nothing was started.';
    default:
      return 'This plan was replaced by a newer one. Nothing was started from it.';
  }
}

/** What a plan that is not open came to, by whom and when, for the person who pressed its buttons. */
export function planStateText(state: PlanState): string {
  if (state.name === 'open') return planStateWords(state);
  const by = state.name === 'confirmed' || state.name === 'cancelled' ? `By <@${state.by}> ` : '';
  const when = relativeTime(state.at);
  return `${planStateWords(state)} ${by === '' ? `That was ${when}.` : `${by}${when}.`}`;
}

/** `job 12`, `jobs 12 and 13`. */
export function jobNames(ids: readonly number[]): string {
  if (ids.length === 1) return `job ${ids[0]}`;
  return `jobs ${ids.slice(0, -1).join(', ')} and ${ids.at(-1)}`;
}
