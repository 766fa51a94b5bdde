import { UserError } from '../domain/user-error.js';
import type { RunDesk } from '../services/run-history/run-desk.js';
import { readRunsFilter } from '../views/runs-filter.js';
import { runsPageMessage } from '../views/runs-page.js';
import type { ActionGroup } from './command.js';

/** The buttons of `/runs`. They carry the filter and the page, so that they work after a restart too. */
export function createRunsActions({ runs }: { readonly runs: RunDesk }): ActionGroup {
  return {
    namespace: 'runs',
    actions: {
      page: {
        kind: 'press',
        right: 'view',
        acknowledge: 'update',
        async run({ args: [text = '', page = ''], reply }) {
          const filter = readRunsFilter(text);
          if (!filter || !/^\d{1,6}$/.test(page)) {
            throw new UserError(
              'This button is no longer known.',
              'Give /runs again for a message that works.',
            );
          }
          await reply(runsPageMessage(await runs.listPage(filter, Number(page))));
        },
      },
    },
  };
}
