// SPDX-License-Identifier: EUPL-1.2
// CPU of one 2.5 Mbit/s program sent to many WebRTC viewers: Twinstage, the floor, Debian's Janus
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { address, Janus } from "./fanout/janus.mjs";
import { Ours } from "./fanout/ours.mjs";
import { replay } from "./fanout/replay.mjs";
import { between, used } from "./lib/cpu.mjs";
import { median, options, rounded, table } from "./lib/figures.mjs";
import { cache } from "./lib/tool.mjs";
import { root, sleep } from "../tests/e2e/lib/stage.mjs";
import { Swarm } from "../tests/tools/swarm.mjs";

const KBPS = 2500;
const SETTLE_MS = 1500;
const DECRYPT = 8;
const LEAST_FPS = 28;
const JOINS_PER_S = 60;
const RECORD = join(cache, "program.rtp");
const targets = { us_per_packet: 2.6, over_floor: 1.5, ratio: 8 };
const { seconds, rounds, verbose, only, viewers, janus_viewers } = options(
	{ seconds: 6, rounds: 2, viewers: 300, janus_viewers: 60 },
	["floor", "ours", "janus"],
);
const wants = (name) => !only || only.includes(name);

async function floor() {
	const program = join(process.env.TWINSTAGE_BUILD ?? join(root, "build/release"), "tests/tools/twinstage-floor");
	return JSON.parse((await promisify(execFile)(program, [String(viewers), "2"])).stdout);
}

// What the server and the swarm use and what comes, per second.
async function measure(server, swarm) {
	await sleep(SETTLE_MS);
	await swarm.mark();
	const before = used([server.pid]);
	await sleep(seconds * 1000);
	const after = used([server.pid]);
	const report = await swarm.report();
	const { seconds: cpu, threads } = between(before, after);
	const fps = report.frames / report.viewers / report.seconds;
	return { cpu: cpu / report.seconds, packets: report.packets / report.seconds, fps, threads, report };
}

// One viewer shows what the program itself costs (for each picture: a busy machine makes fewer of them); what all of them cost
// more is the fan-out.
async function run(server, count, { record, grown = () => {} } = {}) {
	const swarm = new Swarm({ address, decrypt: DECRYPT, record });
	const signal = server.signal();
	try {
		await swarm.grow(1, signal);
		const one = await measure(server, swarm);
		for (const n of [Math.min(100, count) - 1, count - Math.min(100, count)]) {
			if (n > 0) await swarm.grow(n, signal, { rate: JOINS_PER_S });
			if (n > 0) await sleep(SETTLE_MS);
			grown(n);
		}
		const all = await measure(server, swarm);
		const share = all.fps / one.fps;
		const us = ((all.cpu - one.cpu * share) / (all.packets - one.packets * share)) * 1e6;
		return { us, one, all };
	} finally {
		await swarm.end();
	}
}

async function runOurs() {
	const ours = new Ours({ kbps: KBPS, address });
	const memory = [];
	try {
		await ours.start();
		const result = await run(ours, viewers, { record: RECORD, grown: () => memory.push(ours.memoryKb()) });
		const grew = Math.max(viewers - 100, 0);
		return { ...result, kib: grew ? (memory.at(-1) - memory[0]) / grew : null };
	} finally {
		await ours.end();
	}
}

async function runJanus() {
	const janus = new Janus();
	let endReplay = () => {};
	try {
		await janus.start();
		endReplay = replay(RECORD, janus.ports);
		return await run(janus, janus_viewers);
	} finally {
		endReplay();
		await janus.end();
	}
}

mkdirSync(cache, { recursive: true });
const samples = { floor: [], ours: [], janus: [] };
const failed = {};
for (let round = 0; round < rounds; round++)
	for (const [name, go] of Object.entries({ floor, ours: runOurs, janus: runJanus })) {
		if (!wants(name)) continue;
		await go().then(
			(sample) => samples[name].push(sample),
			(error) => (failed[name] = error.message),
		);
	}

const middle = (name, what) => (samples[name].length ? median(samples[name].map(what)) : null);
const sum = (name, what) => samples[name].reduce((total, { all }) => total + all.report[what], 0);
const us = middle("ours", (sample) => sample.us);
const janusUs = middle("janus", (sample) => sample.us);
const floorUs = middle("floor", (sample) => sample.floor_us);

if (verbose)
	for (const name of ["ours", "janus"])
		for (const { all } of samples[name]) console.log(name, JSON.stringify(all.report), JSON.stringify(all.threads.slice(0, 8)));
const row = (name, us_per_packet) => {
	if (us_per_packet === null) return [name, ...Array(9).fill("-")];
	const of = (what) => middle(name, what);
	return [
		name,
		us_per_packet.toFixed(2),
		samples[name][0].all.report.viewers,
		of(({ all }) => all.packets / all.report.viewers).toFixed(0),
		of(({ all }) => all.fps).toFixed(1),
		of(({ all }) => (all.report.bytes * 8e-6) / all.report.seconds / all.report.viewers).toFixed(2),
		(of(({ all }) => all.cpu) * 100).toFixed(0),
		(of(({ one }) => one.cpu) * 100).toFixed(0),
		of(({ all }) => all.report.first_frame_ms?.p95 ?? NaN).toFixed(0),
		of(({ all }) => (all.report.cpu_s / all.report.packets) * 1e6).toFixed(2),
	];
};
console.log(`\nCPU of the server for each packet and viewer, ${rounds} rounds of ${seconds} s`);
table(
	["", "us/packet", "viewers", "packets/s", "fps", "Mbit/s", "CPU %", "with 1 %", "first picture p95 ms", "swarm us/packet"],
	[row("ours", us), row("janus", janusUs), ["floor", floorUs?.toFixed(2) ?? "-", ...Array(8).fill("")]],
);
const result = {
	us_per_packet: rounded(us, 2),
	floor_us: rounded(floorUs, 2),
	over_floor: us && floorUs ? rounded(us / floorUs, 2) : null,
	janus_us_per_packet: rounded(janusUs, 2),
	ratio: us && janusUs ? rounded(janusUs / us, 2) : null,
	viewers,
	janus_viewers,
	lost: sum("ours", "lost"),
	undecryptable: sum("ours", "undecryptable"),
	broken_frames: sum("ours", "broken_frames"),
	janus_lost: sum("janus", "lost"),
	kib_per_viewer: rounded(middle("ours", (sample) => sample.kib), 1),
};
for (const name of ["ours", "janus"])
	if (samples[name].some(({ one, all }) => Math.min(one.fps, all.fps) < LEAST_FPS))
		console.log(`${name}: fewer than ${LEAST_FPS} of 30 pictures a second came: this machine is too busy for these figures`);
for (const [name, why] of Object.entries(failed)) console.log(`${name} could not be measured: ${why}`);
console.log(
	`\nus_per_packet ${result.us_per_packet} (target: at most ${targets.us_per_packet}, or ${targets.over_floor} times the floor; it is ${result.over_floor} times)\n` +
		`ratio ${result.ratio} (target: at least ${targets.ratio})   lost ${result.lost}, undecryptable ${result.undecryptable} (target: 0, 0)`,
);
console.log(JSON.stringify(result));
process.exit(0);
