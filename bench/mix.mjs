// SPDX-License-Identifier: EUPL-1.2
// CPU of four 1080p30 SRT cameras mixed to one 720p30 program: Twinstage, the floor, GStreamer's compositor, Voctomix
import { contestants, yardstick } from "./mix/contestants.mjs";
import { layouts, pictures } from "./mix/layouts.mjs";
import { record } from "./lib/cameras.mjs";
import { between, used } from "./lib/cpu.mjs";
import { median, options, rounded, table } from "./lib/figures.mjs";
import { sleep, until } from "../tests/e2e/lib/stage.mjs";

const SETTLE_MS = 1000;
const TRIES = 3; // of a measurement that the machine was too busy for
const { seconds, rounds, verbose, only } = options({ seconds: 5, rounds: 2 }, Object.keys(contestants));
const samples = []; // { key, layout, cpu, yard, fps, mbps, threads, isGood }

// One second of show is what is paid for, so all of it must have been made: pictures decoded and pictures delivered.
async function sample(contestant, yard) {
	const { counts, decoded } = contestant;
	const look = async () => ({
		at: performance.now(),
		pictures: await decoded(),
		frames: counts.frames,
		bytes: counts.bytes,
		cpu: used(contestant.pids()),
		yard: used([yard.pid]),
	});
	const before = await look();
	await sleep(seconds * 1000);
	const after = await look();
	const passed = (after.at - before.at) / 1000;
	const { seconds: cpu, threads } = between(before.cpu, after.cpu);
	const fps = (after.frames - before.frames) / passed;
	return {
		cpu: cpu / passed,
		yard: between(before.yard, after.yard).seconds / passed,
		fps,
		mbps: ((after.bytes - before.bytes) * 8e-6) / passed,
		threads: threads.map((thread) => ({ ...thread, seconds: thread.seconds / passed })),
		isGood: fps > 29 && (after.pictures - before.pictures) / passed > 117,
	};
}

async function measure(contestant, yard, key, layout) {
	let taken;
	for (let i = 0; i < TRIES && !taken?.isGood; i++) {
		await sleep(SETTLE_MS);
		taken = await sample(contestant, yard);
	}
	samples.push({ key, layout, ...taken });
}

async function run(make, yard) {
	const contestant = await make();
	try {
		await until(`pictures of ${contestant.name}`, () => contestant.counts.frames > 30, 30);
		for (const [key, layout, change] of contestant.turns()) {
			await change();
			await measure(contestant, yard, key, layout);
		}
	} finally {
		await contestant.end();
	}
}

// CPU as it would have been had the yardstick cost always the same: what it cost in the median.
function evenOut() {
	const usual = median(samples.map(({ yard }) => yard));
	for (const taken of samples) {
		taken.scale = taken.yard > 0 ? usual / taken.yard : 1;
		taken.isGood &&= taken.yard > 0 && Math.abs(taken.scale - 1) < 0.2;
		taken.cpu *= taken.scale;
		for (const thread of taken.threads) thread.seconds *= taken.scale;
		// Ours alone has such a thread: its CPU for one picture, in ms.
		taken.tick = ((taken.threads.find(({ name }) => name === "mix-video")?.seconds ?? 0) * 1000) / taken.fps;
	}
	return usual;
}

// The median of what was measured well, or else of what there is.
function middle(key, layout, what = "cpu") {
	const all = samples.filter((taken) => taken.key === key && taken.layout === layout);
	const good = all.filter((taken) => taken.isGood);
	return all.length ? median((good.length ? good : all).map((taken) => taken[what])) : null;
}

function printThreads() {
	for (const { key, layout, threads, scale, cpu, isGood } of samples) {
		console.log(`\n${key}, ${layout}: ${cpu.toFixed(3)} (scaled by ${scale.toFixed(3)}${isGood ? "" : ", busy"}); by thread's name, ms per second of show`);
		table(["thread", "ms/s"], threads.filter((t) => t.seconds > 0.0005).map((t) => [t.name, (t.seconds * 1000).toFixed(1)]));
	}
}

record();
pictures();
const failed = {};
const yard = await yardstick();
await sleep(2000);
for (let round = 0; round < rounds; round++)
	for (const [name, make] of Object.entries(contestants)) {
		// The peers' ratios are far from their limits: once is enough for them.
		if (only && !only.includes(name)) continue;
		if (round > 0 && name !== "ours" && !name.startsWith("floor")) continue;
		await run(make, yard).catch((error) => (failed[name] = error.message));
	}

const keys = ["ours", "floor", "floor_shared", "gst", "gst_linear", "voctomix"];
const result = {};
const usual = evenOut();
yard.end();
if (verbose) printThreads();
console.log(
	`\nCPU seconds per second of show (frames/s, Mbit/s delivered), in time of a machine on which decoding one more camera takes ${(usual * 1000).toFixed(0)} ms/s`,
);
table(
	["layout", ...keys],
	layouts.map((layout) => [
		layout,
		...keys.map((key) =>
			middle(key, layout) === null
				? "-"
				: `${middle(key, layout).toFixed(3)} (${middle(key, layout, "fps").toFixed(1)}, ${middle(key, layout, "mbps").toFixed(1)})`,
		),
	]),
);
for (const layout of layouts) {
	const cpu = Object.fromEntries(keys.map((key) => [key, middle(key, layout)]));
	const ratio = (key) => (cpu.ours && cpu[key] ? rounded(cpu.ours / cpu[key]) : null);
	result[layout] = {
		...Object.fromEntries(keys.map((key) => [key, rounded(cpu[key])])),
		over_floor: ratio("floor"),
		over_floor_shared: ratio("floor_shared"),
		vs_gst: ratio("gst"),
		vs_gst_linear: ratio("gst_linear"),
		vs_voctomix: ratio("voctomix"),
		// Of decoding and encoding nobody is spared: what is added to the floor, ours against compositor's.
		added_vs_gst: cpu.ours && cpu.gst && cpu.floor ? rounded((cpu.ours - cpu.floor) / (cpu.gst - cpu.floor)) : null,
	};
}
const plain = { cpu: middle("ours", layouts[0]), tick: middle("ours", layouts[0], "tick") };
const laid = { cpu: middle("ours_overlays", layouts[0]), tick: middle("ours_overlays", layouts[0], "tick") };
if (laid.cpu) {
	const ratio = rounded(laid.cpu / plain.cpu);
	console.log(`\nTitle, logo and clock over the ${layouts[0]}: ${ratio} times the CPU in all; a video tick ${rounded(laid.tick)} ms of CPU (without: ${rounded(plain.tick)} ms)`);
	result.overlays = { cpu: rounded(laid.cpu), vs_without: ratio, tick_ms: rounded(laid.tick), tick_ms_without: rounded(plain.tick) };
}
const busy = samples.filter((taken) => !taken.isGood).length;
if (busy) console.log(`The machine was too busy for ${busy} of ${samples.length} measurements: not every picture was made, see --verbose.`);
for (const [name, why] of Object.entries(failed)) console.log(`${name} could not be measured: ${why}`);
console.log("Voctomix knows no grid: its row there is two of the four side by side.");
console.log(JSON.stringify(result));
process.exit(0);
