// SPDX-License-Identifier: EUPL-1.2
// What cameras and browsers of the world send, one after the other, at one daemon.
import { test, after, before } from "node:test";
import assert from "node:assert/strict";
import { Stage, until } from "./lib/stage.mjs";
import { browser, colourAt, hears, rtpStats, seesColour, sendCanvas, sendOnly, watchPeers } from "./lib/people.mjs";

const stage = new Stage("interop", { settings: { speaker_kbps: 3000 } });
const people = [];
let viewer;

before(async () => {
	await stage.start();
	await stage.crew("source", "add", "cam", "srt");
	await stage.crew("source", "add", "locked", "srt", "--passphrase", "a long enough key");
	await stage.crew("scene", "add", "stage", "full");
	await stage.crew("scene", "place", "stage", "cam");
	await stage.crew("cut", "stage");
	const watching = await browser();
	people.push(watching);
	viewer = await watching.context.newPage();
	await viewer.goto(`${stage.url}/watch`);
});

after(async () => {
	for (const one of people) await one.close();
	await stage.end();
});

const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "30"];
const aac = ["-c:a", "aac", "-b:a", "128k"];

// Sends until `check` is done, then ends that camera and waits until the daemon has noticed.
async function sending(camera, check) {
	const child = stage.ffmpeg({ streamid: "cam", ...camera });
	try {
		await stage.sourceState("cam", "live", 20);
		await check();
	} finally {
		await stage.kill(child);
	}
	await until("the camera's end to be noticed", async () => (await stage.source("cam")).state === "lost");
}

test("HEVC, 25 frames a second with B-frames, 44.1 kHz mono", () =>
	sending(
		{
			video: "color=c=red:s=320x180:r=25",
			audio: "sine=frequency=600:sample_rate=44100,volume=-3dB",
			codec: ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:bframes=3:b-adapt=0:keyint=25", ...aac,
				"-ac", "1", "-ar", "44100"],
			muxer: [],
		},
		async () => {
			await seesColour(viewer, "video", [0.5, 0.5], [254, 0, 0]);
			await hears(viewer, "video", [600]);
			assert.equal((await stage.source("cam")).video_codec, "HEVC");
			await until("25 pictures a second", async () => Math.abs((await stage.source("cam")).fps - 25) < 3);
		},
	));

test("interlaced, 50 fields a second", () =>
	sending(
		{
			video: "color=c=lime:s=720x576:r=50,tinterlace=interleave_top,fieldorder=tff",
			audio: "sine=frequency=500:sample_rate=48000,volume=-3dB",
			codec: ["-c:v", "libx264", "-preset", "ultrafast", "-flags", "+ilme+ildct", "-x264opts", "tff=1", "-pix_fmt", "yuv420p", "-g", "25",
				"-c:a", "mp2", "-b:a", "192k"],
		},
		async () => {
			await seesColour(viewer, "video", [0.5, 0.5], [0, 255, 0]);
			await hears(viewer, "video", [500]);
		},
	));

test("video only", () =>
	sending({ video: "color=c=yellow:s=1920x1080:r=30", codec: x264 }, () => seesColour(viewer, "video", [0.5, 0.5], [255, 255, 0])));

test("audio only: the slate and the sound", () =>
	sending({ audio: "sine=frequency=900,volume=-3dB", codec: ["-c:a", "ac3", "-b:a", "192k"] }, () => hears(viewer, "video", [900])));

test("a wrong passphrase, none, and an unknown stream id are refused and said", async () => {
	const codec = [...x264, ...aac];
	const camera = { video: "color=c=red:s=320x180:r=30", audio: "sine", codec };
	for (const [streamid, passphrase, said] of [
		["locked", "the wrong long key", /locked.*(passphrase|key)/],
		["locked", undefined, /locked.*(passphrase|key|encrypt)/],
		["nobody", undefined, /nobody/],
	]) {
		const child = stage.ffmpeg({ streamid, passphrase, ...camera });
		const code = await new Promise((done) => child.once("exit", done));
		assert.notEqual(code, 0, `${streamid} ${passphrase} was let in`);
		await stage.event("srt_refused", said);
	}
	for (const streamid of ["#!::r=locked,m=publish", "publish/locked"]) {
		const child = stage.ffmpeg({ streamid, passphrase: "a long enough key", ...camera });
		await stage.sourceState("locked", "live");
		await stage.kill(child);
		await until("its end", async () => (await stage.source("locked")).state === "lost");
	}
});

test("the newest caller takes over", async () => {
	const older = stage.camera("cam", "red", 440);
	await seesColour(viewer, "video", [0.5, 0.5], [254, 0, 0]);
	const newer = stage.camera("cam", "blue", 660);
	await seesColour(viewer, "video", [0.5, 0.5], [0, 0, 254]);
	await hears(viewer, "video", [660], [440], 40);
	await stage.event("source_replaced", /cam/);
	assert.equal((await stage.source("cam")).state, "live");
	await stage.kill(older, "SIGKILL");
	await stage.kill(newer, "SIGKILL");
});

test("kill -9 of a camera: last frame, slate, and back by itself", async () => {
	const child = stage.camera("cam", "red", 440);
	await seesColour(viewer, "video", [0.5, 0.5], [254, 0, 0]);
	await stage.kill(child, "SIGKILL");
	await until("the slate", async () => (await colourAt(viewer, "video", 0.05, 0.05))[0] < 100, 15);
	await until("the loss to be noticed", async () => (await stage.source("cam")).state === "lost");
	const again = stage.camera("cam", "red", 440);
	await seesColour(viewer, "video", [0.5, 0.5], [254, 0, 0]);
	await hears(viewer, "video", [440]);
	await stage.kill(again);
});

for (const codec of ["VP8", "H264"])
	test(`a speaker with ${codec} ramps past 1 Mbit/s within 10 s`, async () => {
		const name = `guest-${codec}`;
		const { link } = await stage.crew("invite", name);
		const guest = await browser({ video: "testsrc2=s=1280x720:r=25,noise=alls=20:allf=t", tone: 1300 });
		people.push(guest);
		await watchPeers(guest.context);
		await sendOnly(guest.context, codec);
		const page = await guest.context.newPage();
		await page.goto(link);
		await page.click("#join");
		const source = await stage.sourceState(name, "live", 30);
		assert.equal(source.video_codec, codec === "H264" ? "H.264" : "VP8");
		let last;
		await until(
			"a megabit a second",
			async () => {
				const sent = (await rtpStats(page, "outbound-rtp")).find((report) => report.kind === "video");
				const [now, bytes] = [sent.timestamp, sent.bytesSent];
				const rate = last ? ((bytes - last.bytes) * 8) / (now - last.now) : 0; // bits a millisecond: kbit/s
				last = { now, bytes };
				if (rate < 1000) throw new Error(`${Math.round(rate)} kbit/s`);
				return rate;
			},
			10,
			1000,
		);
		await stage.crew("speaker", "admit", name);
		await hears(viewer, "video", [1300]);
		await guest.close();
	});

// Chromium makes other YUV of a canvas than of a camera.
for (const codec of ["VP8", "H264"])
	test(`what a page has drawn keeps its colour in ${codec}`, async () => {
		const name = `drawn-${codec}`;
		const colour = [200, 90, 50];
		const { link } = await stage.crew("invite", name);
		const guest = await browser({ tone: 1300 });
		people.push(guest);
		await sendOnly(guest.context, codec);
		await sendCanvas(guest.context, colour);
		const page = await guest.context.newPage();
		await page.goto(link);
		await page.click("#join");
		const source = await stage.sourceState(name, "live", 30);
		assert.equal(source.video_codec, codec === "H264" ? "H.264" : "VP8");
		await stage.crew("speaker", "admit", name);
		await stage.crew("scene", "add", name, "full");
		await stage.crew("scene", "place", name, name);
		await stage.crew("cut", name);
		await seesColour(viewer, "video", [0.5, 0.5], colour, 30, 8);
		await stage.crew("cut", "stage");
		await guest.close();
	});
