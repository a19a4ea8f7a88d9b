// SPDX-License-Identifier: EUPL-1.2
// CPU of four 1080p30 SRT cameras mixed to one 720p30 program: Twinstage, the floor, GStreamer's compositor, Voctomix
import { contestants } from "./mix/contestants.mjs";
import { layouts, pictures } from "./mix/layouts.mjs";
import { record } from "./lib/cameras.mjs";
import { between, used } from "./lib/cpu.mjs";
import { median, options, rounded, table } from "./lib/figures.mjs";
import { sleep, until } from "../tests/e2e/lib/stage.mjs";

const SETTLE_MS = 1000;
const { seconds, rounds, verbose, only } = options({ seconds: 6, rounds: 2 });
const samples = []; // { key, layout, cpu, fps, mbps, threads }

async function measure(contestant, key, layout) {
	const { counts } = contestant;
	await sleep(SETTLE_MS);
	const before = used(contestant.pids());
	const start = { at: performance.now(), frames: counts.frames, bytes: counts.bytes };
	await sleep(seconds * 1000);
	const { seconds: cpu, threads } = between(before, used(contestant.pids()));
	const passed = (performance.now() - start.at) / 1000;
	samples.push({
		key,
		layout,
		cpu: cpu / passed,
		fps: (counts.frames - start.frames) / passed,
		mbps: ((counts.bytes - start.bytes) * 8e-6) / passed,
		threads: threads.map((thread) => ({ ...thread, seconds: thread.seconds / passed })),
	});
}

async function run(make) {
	const contestant = await make();
	try {
		await until(`pictures of ${contestant.name}`, () => contestant.counts.frames > 30, 30);
		for (const [key, layout, change] of contestant.turns()) {
			await change();
			await measure(contestant, key, layout);
		}
	} finally {
		await contestant.end();
	}
}

const mean = (key, layout, what = "cpu") => {
	const values = samples.filter((sample) => sample.key === key && sample.layout === layout).map((sample) => sample[what]);
	return values.length ? median(values) : null;
};

function printThreads() {
	for (const { key, layout, threads } of samples) {
		console.log(`\n${key}, ${layout}: CPU by thread's name, ms per second of show`);
		table(["thread", "ms/s"], threads.filter((t) => t.seconds > 0.0005).map((t) => [t.name, (t.seconds * 1000).toFixed(1)]));
	}
}

record();
pictures();
const failed = {};
for (let round = 0; round < rounds; round++)
	for (const [name, make] of Object.entries(contestants)) {
		// The peers' ratios are far from their limits: once is enough for them.
		if (only && !only.includes(name)) continue;
		if (round > 0 && name !== "ours" && name !== "floor") continue;
		await run(make).catch((error) => (failed[name] = error.message));
	}

const keys = ["ours", "floor", "gst", "gst_linear", "voctomix"];
const result = {};
if (verbose) printThreads();
console.log("\nCPU seconds per second of show (frames/s, Mbit/s delivered)");
table(
	["layout", ...keys],
	layouts.map((layout) => [
		layout,
		...keys.map((key) =>
			mean(key, layout) === null
				? "-"
				: `${mean(key, layout).toFixed(3)} (${mean(key, layout, "fps").toFixed(1)}, ${mean(key, layout, "mbps").toFixed(1)})`,
		),
	]),
);
for (const layout of layouts) {
	const cpu = Object.fromEntries(keys.map((key) => [key, mean(key, layout)]));
	const ratio = (key) => (cpu.ours && cpu[key] ? rounded(cpu.ours / cpu[key]) : null);
	result[layout] = {
		...Object.fromEntries(keys.map((key) => [key, rounded(cpu[key])])),
		over_floor: ratio("floor"),
		vs_gst: ratio("gst"),
		vs_gst_linear: ratio("gst_linear"),
		vs_voctomix: ratio("voctomix"),
	};
}
for (const [name, why] of Object.entries(failed)) console.log(`${name} could not be measured: ${why}`);
console.log("Voctomix knows no grid: its row there is two of the four side by side.");
console.log(JSON.stringify(result));
process.exit(0);
