import { readFileSync } from 'node:fs';
import { pushMissing } from './push-missing.js';
import { pushOrderSchema } from './push-order.js';
import { pushOnlyLine } from './upload-facts.js';

// The child of an upload whose files are made already: pushes what the Hub lacks. `node push-program.js ORDER.json`; the
// token from HF_TOKEN. Exit code 0, 1 with what went wrong, 130 on an interrupt: as the toolset's own program.

const interrupted = 130;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.on('SIGINT', () => {
  print('Interrupted by user.');
  process.exit(interrupted);
});

async function main(): Promise<number> {
  const [, , orderFile = ''] = process.argv;
  const { HF_TOKEN: token, HF_ENDPOINT: endpoint = 'https://huggingface.co' } = process.env;
  print(pushOnlyLine);
  try {
    if (token === undefined || token === '') throw new Error('HuggingFace token required');
    const order = pushOrderSchema.parse(JSON.parse(readFileSync(orderFile, 'utf8')));
    if (order.said.length > 0) {
      print(`✓ Created ${order.said.length} GGUF files:`);
      for (const { name, sizeMiB } of order.said) print(`  - ${name} (${sizeMiB.toFixed(1)} MB)`);
    }
    const draw = (text: string): void => void process.stderr.write(text);
    await pushMissing({ endpoint: endpoint.replace(/\/+$/, ''), token, print, draw }, order);
    return 0;
  } catch (error) {
    print(`✗ Upload failed: ${error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error)}`);
    return 1;
  }
}

process.exitCode = await main();
