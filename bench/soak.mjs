// SPDX-License-Identifier: EUPL-1.2
// Everything at once for a while: resident memory as a slope; threads, files, delay and lip-sync at start and end (--seconds 600 for real)
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { camera, open, watch } from "./latency/stage.mjs";
import { house } from "./latency/ears.mjs";
import { flashes } from "./latency/page.mjs";
import { mean, pair, part, slope, spread } from "./latency/statistics.mjs";
import { render } from "./lib/cameras.mjs";
import { options, rounded, table } from "./lib/figures.mjs";
import { cache } from "./lib/tool.mjs";
import { Busy } from "./latency/machine.mjs";
import { root, sleep } from "../tests/e2e/lib/stage.mjs";

const { seconds } = options({ seconds: 60 });
const window_s = Math.min(20, Math.max(8, Math.floor(seconds / 6))); // what start and end are measured in
const warm_s = Math.max(10, Math.min(60, Math.floor(seconds / 6)));

const clip = () =>
	render(join(cache, "clip.mp4"), [
		"-f", "lavfi", "-i", "testsrc2=s=640x360:r=25", "-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000,volume=-30dB", "-t", "8",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25", "-c:a", "aac",
	]);

async function setUp(stage) {
	for (const words of [
		["source", "add", "cam-a", "srt"], ["source", "add", "cam-b", "srt"], ["source", "set", "cam-b", "--mute", "on"], ["pin", "cam-a"],
		["source", "add", "clip", "file", clip()], ["source", "add", "slide", "still", join(root, "web/slate.png")],
		["scene", "add", "stage", "full"], ["scene", "place", "stage", "cam-a"],
		["scene", "add", "panel", "grid"], ["scene", "place", "panel", "cam-b"], ["scene", "place", "panel", "clip"],
		["scene", "place", "panel", "slide"], ["scene", "place", "panel", "speakers"], ["cut", "stage"], ["room", "panel"],
	])
		await stage.crew(...words);
	await camera(stage, "cam-a");
	await camera(stage, "cam-b", "--maker", "1", "--hue", "40", "--silence", "--size", "640x360");
}

async function speaker(stage, people, name) {
	const page = await (await people.person()).newPage();
	await page.goto((await stage.crew("invite", name)).link);
	await page.click("#join");
	await stage.sourceState(name, "live", 30);
	await stage.crew("speaker", "admit", name);
	await stage.crew("source", "set", name, "--gain", "-60dB"); // the beeps shall be heard, the tones are only work
}

const count = (stage, folder) => readdirSync(`/proc/${stage.daemon.pid}/${folder}`).length;

function cpu(stage) {
	const words = readFileSync(`/proc/${stage.daemon.pid}/stat`, "utf8").split(") ")[1].split(" ");
	return (Number(words[11]) + Number(words[12])) / 100;
}

// What the viewer saw in the window, and what the daemon holds now.
async function state(stage, seen) {
	seen.pictures.length = seen.beeps.length = 0;
	await sleep(window_s * 1000);
	const ages = seen.pictures.filter((one) => one.age_ms !== undefined).map((one) => one.age_ms);
	const { sources } = await stage.crew("source", "list");
	const gaps = pair(flashes(seen.pictures, (one) => one.wall_ms).filter(Boolean), seen.beeps.map((one) => one.wall_ms).filter(Boolean));
	return {
		camera_to_wire_ms_p50: part(ages, 0.5),
		camera_to_wire_ms_p95: part(ages, 0.95),
		lip_sync_ms: mean(gaps),
		lip_sync_spread_ms: spread(gaps),
		fps: seen.pictures.length / window_s,
		threads: count(stage, "task"),
		fds: count(stage, "fd"),
		underruns: sources.reduce((sum, one) => sum + one.underruns, 0),
		rss_mb: stage.memoryKb() / 1024,
	};
}

async function remember(stage, end, memory) {
	while (performance.now() < end) {
		memory.push([performance.now() / 60000, stage.memoryKb()]);
		await sleep(1000);
	}
}

// A program that leaves two cores time for the browsers, too: where threads wait for each other, rings hold more, and delay says nothing.
const stage = await open("bench-soak", { width: 640, height: 360, video_kbps: 800, room_kbps: 800 });
// One browser for both speakers, and viewers without one: what more of them take is taken from what is measured.
const people = await house({ video: "testsrc=s=320x180:r=15", tone: 440 });
try {
	await setUp(stage);
	await speaker(stage, people, "anna");
	await speaker(stage, people, "bela");
	await watch(stage, "/whep/room");
	const seen = await watch(stage);
	const busy = new Busy();
	const memory = [];
	await sleep(warm_s * 1000);
	const begun = { cpu: cpu(stage), at: performance.now() };
	const remembering = remember(stage, begun.at + seconds * 1000, memory);
	const start = await state(stage, seen);
	await sleep(Math.max(0, seconds - 2 * window_s) * 1000);
	const end = await state(stage, seen);
	await remembering;
	const load = (cpu(stage) - begun.cpu) / ((performance.now() - begun.at) / 1000);
	const kb_per_minute = slope(memory);
	const late_kb_per_minute = slope(memory.slice(memory.length / 2)); // what only took longer to warm up is not in it

	console.log(`two SRT cameras, a file, a still, two speakers; a viewer, a room screen; ${seconds} s; ${busy.text()}\n`);
	table(["", "start", "end", "target"], [
		...Object.keys(start).map((key) => [key, rounded(start[key], 1) ?? "-", rounded(end[key], 1) ?? "-", ""]),
		["memory's slope, kB a minute", "", rounded(kb_per_minute, 0), "0"],
		["  in the second half", "", rounded(late_kb_per_minute, 0), "0"],
		["CPU of the daemon, cores", "", rounded(load, 2), ""],
	]);
	const named = (of, word) => Object.fromEntries(Object.entries(of).map(([key, value]) => [`${key}_${word}`, rounded(value, 1)]));
	console.log(JSON.stringify({ seconds, rss_slope_kb_per_min: rounded(kb_per_minute, 1),
		rss_slope_late_kb_per_min: rounded(late_kb_per_minute, 1), cpu_cores: rounded(load), ...named(start, "start"),
		...named(end, "end"), ...busy.figures() }));
} finally {
	await people.close();
	await stage.end();
}
