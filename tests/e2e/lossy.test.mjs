// SPDX-License-Identifier: EUPL-1.2
// Not everyone has a good line: a real viewer behind one that loses, jitters, narrows and goes dark.
import { test, after, before } from "node:test";
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { Stage, until, sleep } from "./lib/stage.mjs";
import { Line } from "./lib/line.mjs";
import { browser, hears, rtpStats, watchPeers } from "./lib/people.mjs";

const preset = process.env.TWINSTAGE_PRESET ?? "release";
// The full picture is as small as a viewer's whole line must not be: what counts is its 2.5 Mbit/s.
const stage = new Stage("lossy", { preset, settings: { video_kbps: 2500, small_kbps: 600, small_height: 180 } });
let line, watching, viewer;

before(async () => {
	stage.rtc = await new Promise((done) => {
		const socket = createSocket("udp4").bind(0, () => {
			const { port } = socket.address();
			socket.close(() => done(port));
		});
	});
	line = await Line.open(stage, stage.rtc);
	stage.settings.rtc_public_port = line.port;
	await stage.start();
	await stage.crew("source", "add", "cam", "srt");
	await stage.crew("scene", "add", "stage", "full");
	await stage.crew("scene", "place", "stage", "cam");
	await stage.crew("cut", "stage");
	// Noise: an encoder needs all of its bits for it.
	stage.camera("cam", "black", 440, {
		video: "testsrc2=s=640x360:r=30,noise=alls=40:allf=t",
		codec: [
			"-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "30", "-b:v", "5M",
			"-maxrate", "5M", "-bufsize", "1M", "-c:a", "aac", "-b:a", "128k", "-ac", "2",
		],
	});
	await stage.sourceState("cam", "live", 30);
	watching = await browser();
	await watchPeers(watching.context);
	viewer = await watching.context.newPage();
	await viewer.goto(`${stage.url}/watch`);
	await until("the picture to run", async () => (await picture()).frames > 60, 30);
});

after(async () => {
	await watching?.close();
	line?.close();
	await stage.end();
});

// What the browser has of the picture.
async function picture() {
	const found = (await rtpStats(viewer)).filter((report) => report.kind === "video").at(-1);
	return {
		time: found.timestamp,
		frames: found.framesDecoded,
		width: found.frameWidth,
		frozen: found.totalFreezesDuration * 1000,
		ssrc: found.ssrc,
		lost: found.packetsLost,
		received: found.packetsReceived,
		resent: found.retransmittedPacketsReceived,
		plis: found.pliCount,
		nacks: found.nackCount,
	};
}

const rendition = async () => (await stage.crew("viewer", "list")).viewers[0];

// The share of the time that the picture stood still, and the pictures in a second.
async function watch(seconds) {
	const then = await picture();
	await sleep(seconds * 1000);
	const now = await picture();
	const ms = now.time - then.time;
	return { frozen: (now.frozen - then.frozen) / ms, rate: ((now.frames - then.frames) * 1000) / ms, then, now };
}

const until_width = (width, seconds) =>
	until(
		`a picture ${width} wide`,
		async () => {
			const now = await picture();
			if (now.width !== width) throw new Error(JSON.stringify({ now, viewer: await rendition(), line: await line.count() }));
			return now;
		},
		seconds,
	);

test("5 % loss and 40 ms jitter: the picture goes on", async () => {
	await line.set("jitter", 40);
	await line.set("loss", 5);
	await sleep(5000); // the page becomes patient
	const seen = await watch(20);
	const now = await rendition();
	await line.set("loss", 0);
	await line.set("jitter", 0);
	assert.ok(seen.frozen < 0.02, `frozen for ${(seen.frozen * 100).toFixed(1)} % of the time`);
	assert.ok(seen.rate > 15, `${seen.rate} pictures a second`);
	assert.ok(now.loss_percent > 1 && now.loss_percent < 12, `the daemon says ${now.loss_percent} % loss`);
});

test("1 Mbit/s: the small rendition within 5 s, and back within 30 s after it is lifted", async () => {
	await until_width(640, 40); // a bad line may have moved it
	const peers = await viewer.evaluate(() => window.peers.length);
	const { ssrc } = await picture();
	await sleep(3000);
	await line.set("kbps", 1000);
	await until_width(320, 5);
	assert.equal((await rendition()).rendition, "small");
	await sleep(3000);
	const seen = await watch(5);
	assert.ok(seen.rate > 15, `${seen.rate} pictures a second of the small one`);
	assert.ok(seen.frozen < 0.1, `frozen for ${(seen.frozen * 100).toFixed(1)} % of the time`);
	await line.set("kbps", 0);
	await until_width(640, 30);
	// All of it without any negotiation.
	assert.equal((await picture()).ssrc, ssrc);
	assert.equal(await viewer.evaluate(() => window.peers.length), peers);
	await stage.event("viewer_moved", /small/, 5);
});

test("3 s of nothing: back by itself", async () => {
	await line.set("dark", 3000);
	await sleep(1500);
	const seen = await watch(1);
	assert.ok(seen.rate < 5, `${seen.rate} pictures a second through a dark line`);
	await until(
		"the picture to run again",
		async () => {
			const then = await picture();
			await sleep(500);
			const now = await picture();
			const state = await viewer.evaluate(() => document.body.dataset.state);
			return now.ssrc === then.ssrc && now.frames > then.frames + 5 && state === "live";
		},
		20,
	);
});

const message = (page) => page.evaluate(() => document.querySelector("#message:not([hidden])")?.textContent ?? "");
const state = (page) => page.evaluate(() => document.body.dataset.state);

test("a network that blocks UDP: the page says so and keeps trying", async () => {
	await line.set("dark", 600000);
	const page = await watching.context.newPage();
	await page.goto(`${stage.url}/watch`);
	await until("the page to say that UDP is blocked", async () => /UDP/.test(await message(page)), 30);
	await line.set("dark", 0);
	await until("the picture", async () => (await state(page)) === "live" && !(await message(page)), 40);
	await page.close();
});

test("a browser without H.264 gets the sound and is told so", async () => {
	const page = await watching.context.newPage();
	await page.addInitScript(() => {
		const original = RTCRtpReceiver.getCapabilities.bind(RTCRtpReceiver);
		RTCRtpReceiver.getCapabilities = (kind) => {
			const found = original(kind);
			return { ...found, codecs: found.codecs.filter(({ mimeType }) => !/h264/i.test(mimeType)) };
		};
	});
	await page.goto(`${stage.url}/watch`);
	await until("the page to be live", async () => (await state(page)) === "live", 30);
	assert.match(await message(page), /H\.264/);
	await hears(page, "video", [440]);
	await page.close();
});

test("no picture fits: sound alone, and the page says why", async () => {
	await line.set("kbps", 250);
	await until("the page to say so", async () => /too slow/.test(await message(viewer)), 40);
	assert.equal((await rendition()).rendition, "sound");
	await line.set("kbps", 0);
	await until("the picture to run", async () => (await state(viewer)) === "live" && !(await message(viewer)), 40);
});
