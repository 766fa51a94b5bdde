import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatFaults } from '../../src/config/format-faults.js';
import { loadSettings } from '../../src/config/load-settings.js';
import { findPackageRoot } from '../../src/config/package-root.js';
import { secretsEnv, secretTexts, type Settings } from '../../src/config/settings.js';
import { defaultThresholds } from '../../src/domain/sentinel/thresholds.js';

const guild = '1426000000000000001';
const channel = '1426000000000000002';
/** Made up: three parts, as Discord makes them. */
const token = `${Buffer.from(guild).toString('base64url')}.GabcDE.${'x'.repeat(38)}`;

let dir: string;
let env: Record<string, string>;

function write(path: string, text: string): string {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
  return join(dir, path);
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'settings-'));
  write('toolset/Trainers/kto/train_kto.py', '');
  write('configs/bot.yaml', `discord: { guild: "${guild}" }\ntoolset: { root: ../toolset }\n`);
  env = { DISCORD_TOKEN: token, HOME: dir, PATH: '/usr/bin' };
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

function load(): Settings {
  const result = loadSettings({ env, cwd: dir });
  if (result.faults) throw new Error(formatFaults(result.faults));
  return result.settings;
}

function faults(): readonly string[] {
  const result = loadSettings({ env, cwd: dir });
  return (result.faults ?? []).map(({ key, message, remedy }) => `${key}: ${message} | ${remedy}`);
}

describe('settings', () => {
  it('have defaults for all that is left out', () => {
    const { manifest, ...toolset } = load().toolset;
    expect(manifest.title).toBe('Synaptic Tuner (2026)');
    expect({ ...load(), toolset }).toEqual({
      file: join(dir, 'configs/bot.yaml'),
      discord: { token, guild },
      toolset: {
        root: join(dir, 'toolset'),
        manifestFile: join(findPackageRoot(), 'configs/toolsets/synaptic-2026.yaml'),
        python: 'auto',
      },
      access: { view: [], train: [], upload: [], administer: [] },
      jobs: { cancelGraceSeconds: 20 },
      limits: { plansOpen: 5, jobsWaiting: 10, commandsPerMinute: 30 },
      sentinel: { thresholds: defaultThresholds, levels: {} },
      dataDir: join(dir, 'data'),
      secrets: {},
      publicEnv: { HOME: dir, PATH: '/usr/bin' },
      logLevel: 'info',
    });
  });

  it('come from the file', () => {
    write(
      'configs/bot.yaml',
      [
        `discord: { guild: "${guild}", channel: "${channel}" }`,
        'toolset: { root: ~/toolset, manifest: synaptic-2025.yaml, python: ../venv/bin/python, environment: none }',
        'access: { view: ["1426000000000000003"], train: [], administer: ["1426000000000000004"] }',
        'jobs: { cancelGraceSeconds: 5, slots: [0, 1] }',
        'limits: { plansOpen: 2, commandsPerMinute: 100 }',
        'sentinel: { rules: { loss-not-finite: auto-stop, gpu-hot: silent }, klHigh: 2.5, marginLow: -0.5 }',
        'log: { level: debug }',
      ].join('\n'),
    );
    const settings = load();
    expect(settings.discord.channel).toBe(channel);
    expect(settings.toolset).toMatchObject({
      root: join(dir, 'toolset'),
      python: join(dir, 'venv/bin/python'),
      environment: 'none',
    });
    expect(settings.toolset.manifest.title).toBe('Synaptic Tuner (2025)');
    expect(settings.access).toEqual({
      view: ['1426000000000000003'],
      train: [],
      upload: [],
      administer: ['1426000000000000004'],
    });
    expect(settings.jobs).toEqual({ cancelGraceSeconds: 5, slots: [0, 1] });
    expect(settings.limits).toEqual({ plansOpen: 2, jobsWaiting: 10, commandsPerMinute: 100 });
    expect(settings.sentinel).toEqual({
      levels: { 'loss-not-finite': 'auto-stop', 'gpu-hot': 'silent' },
      thresholds: { ...defaultThresholds, klHigh: 2.5, marginLow: -0.5 },
    });
    expect(settings.logLevel).toBe('debug');
  });

  it('in the environment stand over the file; paths there are relative to the working folder', () => {
    write('other/Trainers/sft/train_sft.py', '');
    write('mine/my.yaml', `discord: { guild: "${guild}" }\ntoolset: { root: ./nowhere }\n`);
    env = {
      ...env,
      TUNER_BOT_CONFIG: 'mine/my.yaml',
      TOOLSET_ROOT: 'other',
      TUNER_BOT_DATA_DIR: 'var/bot',
      LOG_LEVEL: 'warn',
    };
    expect(load()).toMatchObject({
      file: join(dir, 'mine/my.yaml'),
      toolset: { root: join(dir, 'other') },
      dataDir: join(dir, 'var/bot'),
      logLevel: 'warn',
    });
  });

  it('find a manifest beside the settings file before the ones that come with the bot', () => {
    const own = readFileSync('configs/toolsets/synaptic-2026.yaml', 'utf8').replace(
      'title: Synaptic Tuner (2026)',
      'title: Ours',
    );
    write('configs/toolsets/synaptic-2026.yaml', own);
    expect(load().toolset.manifest.title).toBe('Ours');
    write('elsewhere.yaml', own.replace('title: Ours', 'title: Elsewhere'));
    write(
      'configs/bot.yaml',
      `discord: { guild: "${guild}" }\ntoolset: { root: ../toolset, manifest: ../elsewhere.yaml }\n`,
    );
    expect(load().toolset.manifest.title).toBe('Elsewhere');
  });

  it('need no token for a stand-in for Discord on this machine', () => {
    delete env.DISCORD_TOKEN;
    env.DISCORD_API_URL = 'http://127.0.0.1:4780/api/';
    const { discord } = load();
    expect(discord.apiUrl).toBe('http://127.0.0.1:4780/api');
    expect(discord.token).not.toBe('');
    env.DISCORD_API_URL = 'https://discord.example.org/api';
    expect(faults()).toEqual([expect.stringMatching(/^DISCORD_TOKEN: is missing/)]);
  });
});

describe('secrets', () => {
  it('come from the process, then from .env, then from the .env of the toolset', () => {
    write('toolset/.env', 'HF_TOKEN=hf_toolset\nHF_USERNAME=toolset\nWANDB_API_KEY=wandb-toolset\n');
    expect(load().secrets).toEqual({
      hfToken: 'hf_toolset',
      hfUsername: 'toolset',
      wandbApiKey: 'wandb-toolset',
    });
    write('.env', 'HF_API_KEY=hf_dotenv\nHF_USERNAME=dotenv\n');
    expect(load().secrets).toMatchObject({ hfToken: 'hf_dotenv', hfUsername: 'dotenv' });
    env.HF_API_KEY = 'hf_process';
    env.HF_USERNAME = '';
    expect(load().secrets).toMatchObject({ hfToken: 'hf_process', hfUsername: 'dotenv' });
    env.HF_TOKEN = 'hf_process_token';
    env.HF_ENDPOINT = 'http://127.0.0.1:4790/';
    const settings = load();
    expect(secretsEnv(settings)).toEqual({
      HF_TOKEN: 'hf_process_token',
      HF_API_KEY: 'hf_process_token',
      HF_USERNAME: 'dotenv',
      HF_ENDPOINT: 'http://127.0.0.1:4790',
      WANDB_API_KEY: 'wandb-toolset',
    });
    expect(secretTexts(settings)).toEqual([token, 'hf_process_token', 'wandb-toolset']);
  });

  it('do not stand in the public environment', () => {
    Object.assign(env, {
      HF_TOKEN: 'hf_1',
      HF_API_KEY: 'hf_2',
      WANDB_API_KEY: 'w',
      HUGGING_FACE_HUB_TOKEN: 'hf_3',
    });
    expect(load().publicEnv).toEqual({ HOME: dir, PATH: '/usr/bin' });
  });

  it('of the bot may stand in its .env', () => {
    delete env.DISCORD_TOKEN;
    write('.env', `DISCORD_TOKEN=${token}\n`);
    expect(load().discord.token).toBe(token);
  });
});

describe('faults', () => {
  it('are all told at once, by key, each with a remedy', () => {
    write(
      'configs/bot.yaml',
      [
        'discord: { guild: 1426000000000000001, chanel: "x" }',
        'toolset: { root: ../nowhere, enviroment: cuda, environment: gpu }',
        'acess: {}',
        'access: { train: [1426000000000000009, "admins"] }',
        'jobs: { cancelGraceSeconds: -1, slots: two }',
        'limits: { plansOpen: 0, jobsWaiting: many, commandsPerMinute: 2.5, planOpen: 5 }',
        'sentinel: { klHigh: 0, marginLow: 1, gpuMemoryShare: 97, evalRises: 1.5, rules: { loss-hihg: alarm, gpu-hot: loud } }',
      ].join('\n'),
    );
    env = {
      DISCORD_TOKEN: 'Bot abc',
      HF_ENDPOINT: 'huggingface.co',
      LOG_LEVEL: 'loud',
      TUNER_BOT_DATA_DIR: 'configs/bot.yaml',
    };
    const told = faults();
    for (const expected of [
      /^DISCORD_TOKEN: does not look like a bot token .+ \| Copy it again/,
      /^HF_ENDPOINT: `huggingface\.co` is no http\(s\) address \| Write it like https/,
      /^LOG_LEVEL: `loud` is not known \| One of trace, debug/,
      /^TUNER_BOT_DATA_DIR: .+bot\.yaml is not a folder \| Name a folder/,
      /^access\.train\.0: is a number, .+ loses digits \| Quote it/,
      /^access\.train\.1: is no id of Discord \| Turn on/,
      /^acess: is not known; did you mean `access`\? \| Known here: discord, toolset/,
      /^discord\.chanel: is not known; did you mean `channel`\?/,
      /^discord\.guild: is a number, .+ loses digits \| Quote it/,
      /^jobs\.cancelGraceSeconds: is too small: at least 0 \| Compare/,
      /^jobs\.slots: must be a number of slots or a list of GPU indexes \| E\.g\./,
      /^limits\.commandsPerMinute: must be a whole number from 1 to 10000 \| E\.g\. commandsPerMinute: 30/,
      /^limits\.jobsWaiting: must be a whole number from 1 to 10000 \| E\.g\. jobsWaiting: 10/,
      /^limits\.planOpen: is not known; did you mean `plansOpen`\? \|/,
      /^limits\.plansOpen: must be a whole number from 1 to 10000 \| E\.g\. plansOpen: 5/,
      /^sentinel\.evalRises: must be a whole number from 1 to 1000000 \| E\.g\. evalRises: 3/,
      /^sentinel\.gpuMemoryShare: must be a number above 0 and at most 1 \| E\.g\. gpuMemoryShare: 0\.97/,
      /^sentinel\.klHigh: must be a number above 0 \| E\.g\. klHigh: 1/,
      /^sentinel\.marginLow: must be a number below 0 \| E\.g\. marginLow: -1/,
      /^sentinel\.rules\.gpu-hot: must be one of alarm, warn, silent, auto-stop/,
      /^sentinel\.rules\.loss-hihg: .*did you mean/,
      /^toolset\.environment: must be one of cuda, metal, none, auto \| Compare/,
      /^toolset\.enviroment: is not known; did you mean `environment`\?/,
      /^toolset\.root: .+nowhere does not exist \| Give the path/,
    ]) {
      expect(told).toContainEqual(expect.stringMatching(expected));
    }
    expect(told).toHaveLength(24);
  });

  it('of the settings as they come: the ids and paths that only you know', () => {
    env = {};
    write('configs/bot.yaml', readFileSync('configs/bot.yaml', 'utf8'));
    expect(faults().map((fault) => fault.split(' |')[0])).toEqual([
      'discord.guild: is missing',
      'DISCORD_TOKEN: is missing',
      'toolset.root: is missing',
    ]);
  });

  it('tell that no layout fits, and which were looked for', () => {
    mkdirSync(join(dir, 'empty'));
    env.TOOLSET_ROOT = join(dir, 'empty');
    expect(faults()).toEqual([
      expect.stringMatching(
        /^toolset\.manifest: is auto, but no known layout was found in .+ \(synaptic-2025\.yaml: Trainers\/rtx3090_sft/,
      ),
    ]);
  });

  it('tell a manifest that is not there, and one with faults by its own keys', () => {
    const settings = (manifest: string): string =>
      write(
        'configs/bot.yaml',
        `discord: { guild: "${guild}" }\ntoolset: { root: ../toolset, manifest: ${manifest} }\n`,
      );
    settings('synaptic-2027.yaml');
    expect(faults()).toEqual([
      expect.stringMatching(
        /^toolset\.manifest: `synaptic-2027\.yaml` is not there; did you mean `synaptic-202/,
      ),
    ]);
    write(
      'configs/toolsets/mine.yaml',
      'title: Mine\ndetect: [x]\ndatasets: [Datasets]\nplatforms: { cpu: { lable: CPU } }',
    );
    settings('mine');
    expect(faults().map((fault) => fault.split(' |')[0])).toEqual([
      'mine.yaml: platforms.cpu.label: is missing',
      'mine.yaml: platforms.cpu.environment: must be one of cuda, metal, none',
      'mine.yaml: platforms.cpu.methods: is missing',
      'mine.yaml: platforms.cpu.lable: is not known; did you mean `label`?',
    ]);
  });

  it('tell a settings file that is absent or no YAML', () => {
    env.TUNER_BOT_CONFIG = 'absent.yaml';
    env.TOOLSET_ROOT = 'toolset';
    expect(faults()).toEqual([
      expect.stringMatching(/^TUNER_BOT_CONFIG: .+absent\.yaml cannot be read \(ENOENT\)/),
    ]);
    write('absent.yaml', 'discord: {guild: "1"\njobs: {}\n');
    expect(faults()).toEqual([expect.stringMatching(/absent\.yaml: is not YAML: .+ \(line 2\)/)]);
  });

  it('are written for a terminal', () => {
    expect(formatFaults([{ key: 'a.b', message: 'is missing', remedy: 'Add it' }])).toBe(
      '1 fault in the settings:\n- a.b: is missing\n    Add it.',
    );
  });
});
