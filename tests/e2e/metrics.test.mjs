// SPDX-License-Identifier: EUPL-1.2
// What is measured of a running show: GET /metrics as Prometheus reads it, and the same in the crew's status.
import { test, after, before } from "node:test";
import assert from "node:assert/strict";
import { request } from "node:https";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Stage, until } from "./lib/stage.mjs";
import { browser } from "./lib/people.mjs";
import { readMetrics } from "./lib/openmetrics.mjs";
import { Terminal } from "./lib/terminal.mjs";

const stage = new Stage("metrics");
const people = [];
let token;

const ask = (bearer, method = "GET") =>
	new Promise((done, fail) => {
		const headers = bearer ? { authorization: `Bearer ${bearer}` } : {};
		const asked = request(`${stage.url}/metrics`, { method, headers, rejectUnauthorized: false }, (answer) => {
			let text = "";
			answer.on("data", (piece) => (text += piece));
			answer.on("end", () => done({ status: answer.statusCode, type: answer.headers["content-type"], text }));
		});
		asked.on("error", fail);
		asked.end();
	});

const scrape = async () => readMetrics((await ask(token)).text);

// The one sample of a family with this suffix and these labels, or undefined.
function value(metrics, name, labels = {}, suffix = undefined) {
	const family = metrics.get(name);
	assert.ok(family, `there is no ${name}`);
	const wanted = suffix ?? (family.type === "counter" ? "_total" : "");
	const found = family.samples.filter(
		(sample) => sample.suffix === wanted && Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
	);
	assert.ok(found.length < 2, `${name} ${JSON.stringify(labels)} is there ${found.length} times`);
	return found[0]?.value;
}

const count = (metrics, name, labels) => value(metrics, name, labels, "_count");
const mean = (metrics, name, labels) => value(metrics, name, labels, "_sum") / count(metrics, name, labels);

const between = (what, number, least, most) =>
	assert.ok(number >= least && number <= most, `${what} is ${number}, not ${least} to ${most}`);

async function visit(url, options) {
	const made = await browser(options);
	people.push(made);
	const page = await made.context.newPage();
	await page.goto(url);
	return page;
}

const cam = { source: "cam" };
const anna = { source: "anna" };
const programme = { bus: "program", media: "picture" };
const sent = { ...programme, stage: "encoded_to_sent" };
const encoded = { ...programme, stage: "tick_to_encoded" };

before(async () => {
	await stage.start();
	token = readFileSync(join(stage.dir, "state/crew.token"), "utf8").trim();
	await stage.crew("source", "add", "cam", "srt");
	await stage.crew("source", "add", "later", "srt");
	await stage.crew("scene", "add", "stage", "pip");
	await stage.crew("scene", "place", "stage", "cam");
	await stage.crew("scene", "place", "stage", "speakers");
	await stage.crew("cut", "stage");
	stage.keepCalling("cam", "blue", 440);
	await stage.sourceState("cam", "live");
});

after(async () => {
	for (const one of people) await one.close();
	await stage.end();
});

test("it is for the crew only, and says what it is", async () => {
	assert.equal((await ask()).status, 401);
	assert.equal((await ask("not the token")).status, 401);
	assert.equal((await ask(token, "POST")).status, 405);
	const { status, type } = await ask(token);
	assert.equal(status, 200);
	assert.equal(type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
});

test("a camera is measured from its first byte to the tick", async () => {
	const metrics = await until("a second's worth of pictures", async () => {
		const now = await scrape();
		return (
			count(now, "twinstage_source_stage_seconds", { ...cam, stage: "decoded_to_tick" }) > 30 &&
			value(now, "twinstage_source_picture_rate_hertz", cam) > 0 &&
			value(now, "twinstage_source_received_bits_per_second", cam) > 0 &&
			value(now, "twinstage_source_lip_sync_seconds", cam) !== undefined &&
			value(now, "twinstage_source_sound_peak_decibels", cam) > -60 &&
			now
		);
	});
	// Limits that a busy machine keeps, too, and no other unit does.
	between("sound's arrival to decoded", mean(metrics, "twinstage_source_stage_seconds", { ...cam, media: "sound" }), 1e-5, 5);
	between("arrival to decoded", mean(metrics, "twinstage_source_stage_seconds", { ...cam, media: "picture", stage: "arrival_to_decoded" }), 1e-4, 5);
	between("decoded to tick", mean(metrics, "twinstage_source_stage_seconds", { ...cam, stage: "decoded_to_tick" }), 0, 1);
	assert.equal(value(metrics, "twinstage_source_state", { ...cam, twinstage_source_state: "live" }), 1);
	assert.equal(value(metrics, "twinstage_source_state", { source: "later", twinstage_source_state: "waiting" }), 1);
	assert.equal(value(metrics, "twinstage_source_on_program", cam), 1);
	assert.equal(value(metrics, "twinstage_source_width_pixels", cam), 640);
	for (const [name, least, most] of [
		["picture_rate_hertz", 1, 60],
		["pictures", 30, 1e5],
		["pictures_late", 0, 1e4],
		["pictures_dropped", 0, 1e4],
		["pictures_repeated", 0, 1e4],
		["picture_delay_seconds", 1e-4, 6],
		["lip_sync_seconds", -5, 5],
		["ring_fill_seconds", 0, 0.5],
		["ring_target_seconds", 0.01, 0.3],
		["ring_underruns", 0, 1000],
		["ring_resyncs", 0, 1000],
		["clock_drift_ratio", -0.02, 0.02],
		["resampler_ratio", 0.98, 1.02],
		["loss_ratio", 0, 0.5],
		["round_trip_seconds", 0, 0.5],
		["srt_latency_seconds", 0.12, 0.12],
		["srt_buffer_seconds", 0, 8],
		["sound_peak_decibels", -60, 0],
	])
		between(name, value(metrics, `twinstage_source_${name}`, cam), least, most);
	for (const name of ["ring_fill_seconds", "round_trip_seconds", "picture_delay_seconds", "lip_sync_seconds", "pictures"])
		assert.equal(value(metrics, `twinstage_source_${name}`, { source: "later" }), undefined, `${name} of one that never called`);
});

test("what a viewer gets is measured from the tick to the net", async () => {
	const before = await scrape();
	assert.equal(value(before, "twinstage_bus_peers", { bus: "program" }), 0);
	assert.equal(count(before, "twinstage_bus_stage_seconds", sent), undefined);
	await visit(`${stage.url}/watch`);
	const first = await until("pictures to be sent", async () => {
		const now = await scrape();
		return count(now, "twinstage_bus_stage_seconds", sent) > 0 && now;
	});
	assert.equal(value(first, "twinstage_bus_peers", { bus: "program" }), 1);
	const later = await until("more of them", async () => {
		const now = await scrape();
		const grown = (labels) => count(now, "twinstage_bus_stage_seconds", labels) - count(first, "twinstage_bus_stage_seconds", labels);
		return grown(sent) > 20 && grown(encoded) > 20 && now;
	});
	between("tick to encoded", mean(later, "twinstage_bus_stage_seconds", encoded), 1e-4, 5);
	between("encoded to sent", mean(later, "twinstage_bus_stage_seconds", sent), 0, 1);
	between("encoder time", value(later, "twinstage_bus_encode_seconds", programme), 1e-4, 5);
	assert.ok(value(later, "twinstage_bus_frames", programme) > value(first, "twinstage_bus_frames", programme));
	assert.ok(value(later, "twinstage_bus_encoded_bytes", programme) > 1000);
	assert.ok(value(later, "twinstage_bus_key_frames", programme) > 0);
	assert.ok(count(later, "twinstage_bus_stage_seconds", { ...sent, media: "sound" }) > 20);
});

test("a speaker is measured through the jitter buffer, and their return", async () => {
	const { link } = await stage.crew("invite", "anna");
	const page = await visit(link, { video: "color=c=red:s=640x360:r=20", tone: 1100 });
	await page.click("#join");
	await stage.crew("speaker", "admit", "anna");
	await stage.sourceState("anna", "live", 30);
	const metrics = await until("their picture and sound", async () => {
		const now = await scrape();
		return (
			count(now, "twinstage_source_stage_seconds", { ...anna, stage: "decoded_to_tick" }) > 10 &&
			value(now, "twinstage_source_sound_jitter_buffer_seconds", anna) > 0 &&
			value(now, "twinstage_source_lip_sync_seconds", anna) !== undefined &&
			count(now, "twinstage_bus_stage_seconds", { bus: "return", speaker: "anna", stage: "encoded_to_sent" }) > 10 &&
			now
		);
	});
	between("sound's arrival to decoded", mean(metrics, "twinstage_source_stage_seconds", { ...anna, media: "sound" }), 1e-5, 5);
	between("arrival to decoded", mean(metrics, "twinstage_source_stage_seconds", { ...anna, media: "picture", stage: "arrival_to_decoded" }), 1e-5, 5);
	between("jitter", value(metrics, "twinstage_source_jitter_seconds", anna), 0, 0.5);
	between("the jitter buffer", value(metrics, "twinstage_source_picture_jitter_buffer_seconds", anna), 0, 1);
	assert.equal(value(metrics, "twinstage_source_round_trip_seconds", anna), undefined);
	assert.equal(value(metrics, "twinstage_bus_peers", { bus: "return", speaker: "anna" }), 1);
});

test("the mixer and the process", async () => {
	const metrics = await scrape();
	assert.equal(value(metrics, "twinstage_on_air"), 1);
	assert.ok(value(metrics, "twinstage_ticks", { tick: "video" }) > 30);
	assert.ok(value(metrics, "twinstage_ticks", { tick: "audio" }) > 100);
	assert.ok(value(metrics, "twinstage_ticks_missed", { tick: "video" }) >= 0);
	between("a tick's cost", value(metrics, "twinstage_tick_seconds", { tick: "video" }), 0, 0.5);
	between("priority", value(metrics, "twinstage_audio_priority"), 0, 1);
	assert.ok(value(metrics, "process_cpu_seconds") > 0);
	between("memory in MB", value(metrics, "process_resident_memory_bytes") / 1e6, 10, 4000);
	between("memory as the system says it", (value(metrics, "process_resident_memory_bytes") / 1024) / stage.memoryKb(), 0.8, 1.25);
	assert.ok(value(metrics, "process_threads") > 5 && value(metrics, "process_open_fds") > 10);
	between("started", Date.now() / 1000 - value(metrics, "process_start_time_seconds"), 0, 300);
});

// Whole rows, with all that a crew needs of a source, in a terminal of this width.
async function inTerminal(width) {
	const env = { TWINSTAGE_SOCKET: join(stage.dir, "state/twinstage.sock") };
	const terminal = new Terminal(["sh"], { width, env });
	try {
		terminal.enter(`${join(stage.bin, "cli/twinstage")} status`);
		const screen = await terminal.shows(/anna +\S+ +connected/);
		assert.match(screen, /^SOURCE +AIR STATE +.*PICTURE .*LOSS +DELAY +LIP SYNC DRIFT *$/m);
		assert.match(screen, /^cam +PGM live +.*640x360 [\d.]+\/s .* [\d.]+% +\d+ ms +[-+]?\d+ ms +[-+]?\d+ ppm *$/m);
	} finally {
		terminal.end();
	}
}

test("the crew's status has them, too", async () => {
	const { sources, buses, mix } = await until("all of it to be known", async () => {
		const now = await stage.crew("status");
		const { lip_sync_ms, picture_delay_ms } = now.sources.find(({ name }) => name === "cam");
		return lip_sync_ms !== null && picture_delay_ms !== null && now.buses[0].picture.kbps > 0 && now;
	});
	const { decode_ms, tick_wait_ms, picture_delay_ms, lip_sync_ms, decode } = sources.find(({ name }) => name === "cam");
	between("decode_ms", decode_ms, 0.1, 5000);
	between("tick_wait_ms", tick_wait_ms, 0, 1000);
	between("picture_delay_ms", picture_delay_ms, decode_ms, decode_ms + tick_wait_ms + 0.02);
	between("lip_sync_ms", lip_sync_ms, -5000, 5000);
	assert.equal(decode.buckets.reduce((sum, n) => sum + n), decode.count);
	assert.equal(sources.find(({ name }) => name === "later").lip_sync_ms, null);
	assert.deepEqual(buses.map(({ bus, speaker }) => bus + speaker), ["program", "room", "preview", "crew", "returnanna"]);
	assert.ok(buses[0].picture.encode.count > 0 && buses[0].picture.send.count > 0);
	assert.equal(typeof mix.audio_priority, "boolean");
	const row = /cam +PGM live +hall +640x360 [\d.]+\/s +-?\d+ dB +[\d.]+% +\d+ ms +[-+]?\d+ ms +[-+]?\d+ ppm/;
	const out = await until("the table's row of a live camera", async () => {
		const { out } = await stage.twinstage("status");
		if (!row.test(out)) throw new Error(out);
		return out;
	});
	assert.match(out, /SOURCE +AIR STATE +ROLE +PICTURE +SOUND +LOSS +DELAY +LIP SYNC DRIFT/);
	for (const line of out.split("\n")) assert.ok(line.length <= 100, line);
	for (const width of [80, 120]) await inTerminal(width);
});
