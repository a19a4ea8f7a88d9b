// SPDX-License-Identifier: EUPL-1.2
// Ten seconds before doors: real cameras, all but one with a fault of their own, one behind a line that is long and loses, one that never
// comes, and a speaker in a real browser; `twinstage check` names each fault and what to do, and its exit status says how bad it is.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Line } from "./lib/line.mjs";
import { browser } from "./lib/people.mjs";
import { Stage, artefacts, http, until } from "./lib/stage.mjs";

const PLAIN = [
	"-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "30",
	"-c:a", "aac", "-b:a", "128k", "-ac", "2",
];
const FAR_KEYS = [
	"-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-bf", "3", "-b_strategy", "0", "-g", "300", "-sc_threshold", "0",
	"-c:a", "aac", "-b:a", "128k", "-ac", "2",
];
const AS_IT_IS = [...PLAIN.slice(0, PLAIN.indexOf("-c:a")), "-c:a", "mp2", "-b:a", "192k", "-ac", "2"]; // ffmpeg's AAC hides clipping
const MOVING = "testsrc2=s=320x180:r=30";
const BLACK = "color=c=black:s=320x180:r=30,noise=alls=6:allf=t"; // a lens cap is never quite still
const FROZEN = "smptebars=s=320x180:r=30";
const SPEECH = "sine=frequency=440:sample_rate=48000,volume=6dB"; // lavfi's sine is at -18 dBFS
const SILENCE = "anullsrc=r=48000:cl=stereo";
const TOO_LOUD = "sine=frequency=440:sample_rate=48000,aformat=channel_layouts=stereo,volume=30dB:precision=fixed"; // 16 bits: its tops are cut off

const stage = new Stage("preflight", { settings: { width: 320, height: 180, rtc_address: "127.0.0.1 10.1.2.3" } });
const CAMERAS = ["good", "black", "frozen", "mute", "loud", "far"];
let report, line, guest;

const about = (subject) => report.findings.filter((finding) => finding.subject === subject);
const finding = (subject, item) => about(subject).find((one) => one.item === item);
// What a machine that is busy with other tests does to every camera is no fault of this one.
const BUSY = ["decoding", "frame rate", "lip-sync", "ticks", "loss", "dropped"];
const amiss = (subject) =>
	about(subject)
		.filter((one) => one.verdict !== "OK" && !BUSY.includes(one.item))
		.map((one) => one.item)
		.sort();

before(async () => {
	await stage.start();
	line = await Line.open(stage, stage.srt);
	await line.set("delay", 40); // 80 ms there and back; all call with an SRT latency of 120 ms
	for (const name of [...CAMERAS, "missing"]) {
		await stage.crew("source", "add", name, "srt");
		await stage.crew("scene", "add", `see ${name}`, "full");
		await stage.crew("scene", "place", `see ${name}`, name);
	}
	stage.ffmpeg({ streamid: "good", video: MOVING, audio: SPEECH, codec: PLAIN });
	stage.ffmpeg({ streamid: "black", video: BLACK, audio: SPEECH, codec: PLAIN });
	stage.ffmpeg({ streamid: "frozen", video: FROZEN, audio: SPEECH, codec: FAR_KEYS });
	stage.ffmpeg({ streamid: "mute", video: MOVING, audio: SILENCE, codec: PLAIN });
	stage.ffmpeg({ streamid: "loud", video: MOVING, audio: TOO_LOUD, codec: AS_IT_IS });
	stage.ffmpeg({ streamid: "far", video: MOVING, audio: SPEECH, codec: PLAIN, port: line.port });
	const { link } = await stage.crew("invite", "Anna Maria");
	guest = await browser({ video: "color=c=red:s=320x180:r=15", tone: 880 });
	const page = await guest.context.newPage();
	await page.goto(link);
	await page.click("#join");
	for (const name of CAMERAS) await stage.sourceState(name, "live");
	await stage.sourceState("Anna Maria", "live");
	await stage.crew("cut", "see good");
	await line.set("loss", 8);
});
after(async () => {
	await guest?.close();
	line?.close();
	await stage.end();
});

test("what has just come is said to be new, at once", async () => {
	const begun = Date.now();
	const { code, out } = await stage.twinstage("check", "--now", "--json");
	report = JSON.parse(out);
	assert.ok(Date.now() - begun < 5000); // and not the ten seconds of a whole check
	assert.equal(code, 5);
	assert.match(finding("good", "time").advice, /check again/);
});

test("a check waits until it has seen ten seconds, and names each fault", async () => {
	const page = await stage.twinstage("check", "--length", "4h");
	writeFileSync(join(artefacts, "preflight.txt"), `${page.out}\n${(await stage.twinstage("check", "--all", "--now")).out}`);
	assert.equal(page.code, 5, page.out + page.err);
	const { code, out } = await stage.twinstage("check", "--length", "4h", "--json");
	report = JSON.parse(out);
	writeFileSync(join(artefacts, "preflight.json"), JSON.stringify(report, null, "\t"));
	assert.equal(code, 5);
	assert.equal(report.verdict, "BAD");
	assert.ok(!report.findings.some((one) => one.item === "time"), "all have been here for ten seconds");
	assert.deepEqual(amiss("good"), []);
	assert.deepEqual(amiss("black"), ["black"]);
	assert.equal(finding("black", "black").verdict, "BAD");
	assert.deepEqual(amiss("frozen"), ["B-frames", "frozen", "key interval"]);
	assert.equal(finding("frozen", "key interval").verdict, "BAD");
	assert.match(finding("frozen", "key interval").advice, /GOP/);
	assert.deepEqual(amiss("mute"), ["silent"]);
	assert.ok(amiss("loud").includes("clipping"));
	assert.match(finding("loud", "clipping").advice, /turn it down/);
	assert.ok(amiss("far").includes("SRT latency"));
	assert.equal(finding("far", "SRT latency").verdict, "BAD");
	assert.match(finding("far", "SRT latency").measured, /^SRT latency 120 ms, RTT \d+ ms$/);
	assert.match(finding("far", "SRT latency").advice, /SRT latency \d+0 ms or more/);
	assert.equal(finding("far", "loss").verdict, "BAD");
	assert.ok(amiss("Anna Maria").includes("admitted"));
	assert.match(finding("Anna Maria", "admitted").advice, /speaker admit "Anna Maria"/);
	assert.ok(finding("Anna Maria", "RTT"));
	assert.ok(!amiss("Anna Maria").includes("sound") && !amiss("Anna Maria").includes("picture"));
	assert.deepEqual(amiss("missing"), ["present"]);
	assert.match(finding("missing", "present").advice, new RegExp(`srt://10\\.1\\.2\\.3:${stage.srt} with stream id missing`));
	for (const one of report.findings) assert.equal(one.verdict !== "OK", one.advice !== "", JSON.stringify(one));
});

test("the page fits a terminal, the worst on top", async () => {
	const { out } = await stage.twinstage("check", "--now");
	const lines = out.trimEnd().split("\n");
	const order = lines.slice(1).map((line) => ["BAD", "LOOK", "OK"].indexOf(line.split(" ")[0])).filter((rank) => rank >= 0);
	assert.match(lines[0], /^BAD: \d+ to mend, \d+ to look at, \d+ well$/);
	assert.ok(lines.every((line) => line.length <= 80), out);
	assert.deepEqual(order, [...order].sort());
	assert.match(out, /^BAD +black +black for \d+ s\n +-> /m);
});

test("the machine is looked at", () => {
	for (const [subject, item] of [["CPU", "CPU"], ["CPU", "memory"], ["disk", "space"], ["certificate", "expiry"], ["network", "ports"]])
		assert.ok(finding(subject, item), `${subject} ${item}`);
	assert.match(finding("certificate", "expiry").measured, /good for 36\d\d days, self-signed/);
	assert.match(finding("network", "ports").measured, new RegExp(`tcp/${stage.https}.*udp/${stage.srt}.*udp/${stage.rtc}`));
	assert.match(finding("disk", "space").measured, /for 4 h/);
	assert.ok(!report.findings.some((one) => /not open/.test(one.measured)));
});

test("what is mended is well at the next check", async () => {
	await stage.crew("uninvite", "Anna Maria");
	for (const name of [...CAMERAS.slice(1), "missing"]) {
		await stage.crew("scene", "remove", `see ${name}`);
		await stage.crew("source", "remove", name);
	}
	await until("only the good camera to be left, and well", async () => {
		const { code, out } = await stage.twinstage("check", "--json");
		report = JSON.parse(out);
		const rest = report.findings.filter(
			(one) => one.verdict !== "OK" && one.group !== "machine" && !BUSY.includes(one.item),
		);
		assert.equal(code, { OK: 0, LOOK: 4, BAD: 5 }[report.verdict]);
		assert.deepEqual(rest, []);
		return true;
	});
});

test("the probes are among the metrics", async () => {
	const token = readFileSync(join(stage.dir, "state/crew.token"), "utf8").trim();
	const { body } = await http(stage, "GET", "/metrics", { headers: { authorization: `Bearer ${token}` } });
	const value = (name) => Number(new RegExp(`^twinstage_source_${name}\\{source="good"\\} (.*)$`, "m").exec(body)?.[1]);
	assert.ok(Math.abs(value("key_interval_seconds") - 1) < 0.01);
	assert.equal(value("b_frames"), 0);
	assert.equal(value("black_seconds"), 0);
	assert.equal(value("silent_seconds"), 0);
	assert.ok(value("frozen_seconds") < 5);
	assert.equal(value("recent_clips"), 0);
});
