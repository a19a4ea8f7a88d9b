// SPDX-License-Identifier: EUPL-1.2
// Delay: camera to the wire and to a browser's screen, picture against sound, speaker to speaker, command to air, first picture
// --only camera,cut,join,talk: some of it (talk: speakers). camera draws build/bench/latency.svg anew, what it measured as a picture.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { camera, now, open, settings, watch } from "./latency/stage.mjs";
import { joins, summary } from "./latency/joins.mjs";
import { Busy } from "./latency/machine.mjs";
import { ears, house } from "./latency/ears.mjs";
import { draw, stages } from "./latency/budget.mjs";
import { eyes, flashes, pageClock } from "./latency/page.mjs";
import { mean, pair, part, spread } from "./latency/statistics.mjs";
import { speakWith, speakWithout } from "./latency/talk.mjs";
import { options, rounded, table } from "./lib/figures.mjs";
import { cache } from "./lib/tool.mjs";
import { rtpStats } from "../tests/e2e/lib/people.mjs";
import { sleep, until } from "../tests/e2e/lib/stage.mjs";

const CAMERA_SETTLE_MS = 45000; // libsrt corrects the sender's clock by what it sees in ten seconds; what the browser's start raised in a ring goes after twenty calm ones
const CUTS = 12;
const JOINS = 6;
const AAC_MS = 50; // its frames are 1024 samples, and it looks one ahead
const MIXED_MS = 4; // the limiter and Opus look ahead
const parts = ["camera", "cut", "join", "talk"];
const { seconds, only = parts } = options({ seconds: 15 }, parts);
const frame_ms = 1000 / settings.fps;
const figures = {};
const busy = new Busy();

const note = (name, value, digits = 1) => (figures[name] = rounded(value, digits));
const noteAll = (found) => Object.entries(found).forEach(([name, value]) => note(name, value));

/* ---- camera, viewer ---- */

async function setUp(stage) {
	await stage.crew("source", "add", "cam-a", "srt");
	await stage.crew("pin", "cam-a");
	await stage.crew("source", "add", "bars", "still", new URL("../web/slate.png", import.meta.url).pathname);
	for (const [scene, source] of [["stage", "cam-a"], ["other", "bars"]]) {
		await stage.crew("scene", "add", scene, "full");
		await stage.crew("scene", "place", scene, source);
	}
	await stage.crew("cut", "stage");
}

function noteNative(seen, latency_ms) {
	const ages = seen.pictures.filter((one) => one.age_ms !== undefined).map((one) => one.age_ms);
	const white = flashes(seen.pictures, (one) => one.wall_ms).filter(Boolean);
	const gaps = pair(white, seen.beeps.map((one) => one.wall_ms).filter(Boolean));

	note("camera_to_wire_ms_p50", part(ages, 0.5));
	note("camera_to_wire_ms_p95", part(ages, 0.95));
	note("wire_beyond_srt_ms_p50", part(ages, 0.5) - latency_ms);
	note("wire_beyond_srt_ms_p95", part(ages, 0.95) - latency_ms);
	note("marks_read", ages.length / seen.pictures.length, 3);
	note("lip_sync_native_ms", mean(gaps));
	note("lip_sync_native_spread_ms", spread(gaps));
}

function noteScreen({ pictures, beeps, clock, skews }, latency_ms) {
	const seen = pictures.filter((one) => one.age_ms !== undefined);
	const ages = seen.map((one) => one.age_ms);
	const gaps = pair(flashes(pictures), beeps.map((beep) => beep.out + clock.offset));

	note("camera_to_screen_ms_p50", part(ages, 0.5));
	note("camera_to_screen_ms_p95", part(ages, 0.95));
	note("screen_beyond_srt_ms_p50", part(ages, 0.5) - latency_ms);
	note("screen_beyond_srt_ms_p95", part(ages, 0.95) - latency_ms);
	note("browser_ms_p50", part(seen.filter((one) => one.received).map((one) => one.at - one.received), 0.5));
	note("browser_decode_ms_p50", part(seen.filter((one) => one.processing).map((one) => one.processing * 1000), 0.5));
	note("lip_sync_ms", mean(gaps));
	note("lip_sync_spread_ms", spread(gaps));
	note("lip_sync_beeps", gaps.length, 0);
	note("browser_skew_ms", mean(skews.filter(Number.isFinite)));
	note("clock_within_ms", clock.within, 2);
}

// By how much the browser itself says that it plays the sound later than the picture: without the worklet's way to hear it.
async function playoutSkew(page) {
	const stats = await rtpStats(page);
	const at = (kind) => stats.find((one) => one.kind === kind)?.estimatedPlayoutTimestamp;
	return at("video") - at("audio");
}

// Both at the same time, on the same camera.
async function watchCamera(stage, eye, seen) {
	const page = await eye.newPage();
	await page.goto(`${stage.url}/watch`);
	await until("a live page", () => page.evaluate(() => document.body.dataset.state === "live"));
	const look = await eyes(page);
	const listen = await ears(page, "video");
	await sleep(CAMERA_SETTLE_MS);
	const clock = await pageClock(page);
	await Promise.all([look(), listen()]);
	seen.pictures.length = seen.beeps.length = 0;
	const skews = [];
	for (let i = 0; i < seconds; i++) {
		await sleep(1000);
		skews.push(await playoutSkew(page));
	}
	const [pictures, beeps] = await Promise.all([look(), listen()]);
	await page.close();
	return { pictures, beeps, clock, skews };
}

/* ---- command to air ---- */

const isCamera = (picture) => picture.age_ms !== undefined;

async function cut(stage, seen, scene) {
	seen.pictures.length = 0;
	const started = now();
	await stage.crew("cut", scene);
	const answered = now();
	const first = await until(`${scene} on air`, () => seen.pictures.find((one) => isCamera(one) === (scene === "stage") && one.arrived_ms > started), 5, 20);
	return { air: first.arrived_ms - started, command: answered - started };
}

async function cuts(stage, seen) {
	const found = [];
	for (let i = 0; i < CUTS; i++) {
		found.push(await cut(stage, seen, i % 2 ? "stage" : "other"));
		await sleep(400 + i * 13); // not in step with the ticks
	}
	note("command_to_air_ms_p50", part(found.map((one) => one.air), 0.5));
	note("command_to_air_ms_p95", part(found.map((one) => one.air), 0.95));
	note("command_to_air_frames", part(found.map((one) => one.air), 0.5) / frame_ms, 2);
	note("command_itself_ms_p50", part(found.map((one) => one.command), 0.5));
}

/* ---- all of it ---- */

function print(latency_ms) {
	const row = (text, value, target) => [text, value ?? "-", target];
	console.log(`${settings.width}x${settings.height}, ${settings.fps} fps, SRT latency ${latency_ms} ms; ${busy.text()}\n`);
	table(
		["ms", "measured", "target"],
		[
			row("camera to wire, p50", figures.camera_to_wire_ms_p50, ""),
			row("  beyond SRT, p50", figures.wire_beyond_srt_ms_p50, "100, goal 70"),
			row("  beyond SRT, p95", figures.wire_beyond_srt_ms_p95, "150"),
			row("  of it the camera's own encoder", figures.camera_sent_ms_p50, ""),
			row("  decoding and waiting for its sound", figures.stage_decode_ms, ""),
			row("  waiting for the tick", figures.stage_tick_ms, ""),
			row("  encoder", figures.stage_encode_ms, ""),
			row("  sending", figures.stage_send_ms, ""),
			row("camera to Chromium's screen, p50", figures.camera_to_screen_ms_p50, ""),
			row("  beyond SRT, p50", figures.screen_beyond_srt_ms_p50, "160"),
			row("  beyond SRT, p95", figures.screen_beyond_srt_ms_p95, ""),
			row("  of it in the browser, p50", figures.browser_ms_p50, ""),
			row("sound after picture, Chromium", figures.lip_sync_ms, "within 20"),
			row("  spread", figures.lip_sync_spread_ms, "15"),
			row("  of it by the browser's own account", figures.browser_skew_ms, ""),
			row("sound after picture, as sent", figures.lip_sync_native_ms, "within 20"),
			row("  spread", figures.lip_sync_native_spread_ms, "15"),
			row("speaker to room, p50", figures.speaker_to_room_ms_p50, "110, goal 80"),
			row("  to its wire, no browsers", figures.speaker_to_wire_native_ms_p50, ""),
			row("  of it up to the wire", figures.speaker_to_wire_ms_p50, ""),
			row("  of it in the ring at the mixer", figures.speaker_ring_ms, ""),
			row("  of it in the browser's jitter buffer", figures.room_jitter_ms, ""),
			row("speaker to speaker, p50", figures.speaker_to_speaker_ms_p50, "110, goal 80"),
			row("  of it in the browser's jitter buffer", figures.speaker_jitter_ms, ""),
			row("command to air, p50", figures.command_to_air_ms_p50, ""),
			row("  in frames", figures.command_to_air_frames, "2"),
			row("  of it the command itself", figures.command_itself_ms_p50, ""),
			row("first picture after the POST, p50", figures.first_frame_ms_p50, "150"),
		],
	);
	console.log(JSON.stringify({ srt_latency_ms: latency_ms, ...figures, ...busy.figures() }));
}

// docs/latency.svg is one of these.
function drawBudget(srt_ms) {
	const { camera_sent_ms_p50: sent, stage_decode_ms, stage_tick_ms, stage_encode_ms: encode, stage_send_ms: send } = figures;
	const [wire, screen] = [figures.camera_to_wire_ms_p50, figures.camera_to_screen_ms_p50];
	const before = [{ kind: "cam", text: "", ms: sent }, { kind: "net", text: "SRT", ms: srt_ms }];
	const decode = { kind: "wait", text: "decoding, its sound", ms: wire - sent - srt_ms - stage_tick_ms - encode - send };
	const after = [{ kind: "wait", text: "tick", ms: stage_tick_ms }, { kind: "work", text: "", ms: encode + send }];
	const sound = wire + figures.lip_sync_native_ms;
	const rest = [{ kind: "wait", text: "ring, tick, packet", ms: sound - AAC_MS - srt_ms - MIXED_MS }, { kind: "work", text: "", ms: MIXED_MS }];
	mkdirSync(cache, { recursive: true });
	draw(join(cache, "latency.svg"), "Where the time goes from a camera to the screen", [
		{ name: "picture", parts: [...before, decode, ...after, { kind: "web", text: "browser", ms: screen - wire }] },
		{ name: "sound, to the wire", parts: [{ kind: "cam", text: "AAC in the camera", ms: AAC_MS }, before[1], ...rest] },
	]);
}

async function withCamera(stage, eye) {
	const sender = await camera(stage, "cam-a");
	const seen = await watch(stage);
	if (only.includes("camera")) {
		const screen = await watchCamera(stage, eye, seen);
		noteNative(seen, sender.latency_ms);
		noteScreen(screen, sender.latency_ms);
		note("camera_sent_ms_p50", part(sender.sent.slice(-seconds).map((one) => one.sent_ms_p50), 0.5));
		noteAll(await stages(stage, "cam-a"));
		drawBudget(sender.latency_ms);
	}
	if (only.includes("cut")) await cuts(stage, seen);
	if (only.includes("join")) await joinTheRoom(stage, eye);
	await stage.kill(seen.child);
	await stage.kill(sender.child); // it beeps, too
	return sender.latency_ms;
}

async function joinTheRoom(stage, eye) {
	const page = await eye.newPage();
	await page.goto(`${stage.url}/room`);
	noteAll(summary(await joins(page, JOINS)));
	await page.close();
}

const stage = await open("bench-latency");
let people;
try {
	await setUp(stage);
	people = await house({ video: "color=c=gray:s=320x180:r=10", tone: 440 });
	const eye = await people.person();
	const latency_ms = await withCamera(stage, eye);
	if (only.includes("talk")) {
		noteAll(await speakWithout(stage, seconds));
		noteAll(await speakWith(stage, eye, people, seconds));
	}
	print(latency_ms);
} finally {
	await people?.close();
	await stage.end();
}
