// SPDX-License-Identifier: EUPL-1.2
// Everything wrong that can be sent, while a viewer watches: each gets a clear answer, and the picture goes on.
import { test, after, before } from "node:test";
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { createConnection } from "node:net";
import { connect as connectTls } from "node:tls";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stage, http as ask, sleep, until } from "./lib/stage.mjs";
import { browser, hears } from "./lib/people.mjs";

const stage = new Stage("hostile", { preset: "asan", settings: { max_viewers: 20 } });
let watching, viewer, memory, token, invite;

const http = (method, path, more) => ask(stage, method, path, more);
const v1 = (path, body) =>
	http("POST", `/v1/${path}`, { headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, body });
const offer = (path, body, headers = {}) => http("POST", path, { headers: { "content-type": "application/sdp", ...headers }, body });

// The picture's own proof of life: its frames keep coming, and it is the daemon that was started.
async function showGoesOn() {
	const frames = () => viewer.evaluate(() => document.querySelector("video").getVideoPlaybackQuality().totalVideoFrames);
	const then = await frames();
	await until("the viewer's frames to go on", async () => (await frames()) > then + 20, 20);
	assert.equal(stage.daemon.exitCode, null);
}

before(async () => {
	await stage.start();
	await stage.crew("source", "add", "bars", "test");
	await stage.crew("source", "add", "cam", "srt");
	await stage.crew("pin", "cam");
	await stage.crew("scene", "add", "stage");
	await stage.crew("scene", "place", "stage", "bars");
	await stage.crew("cut", "stage");
	token = readFileSync(join(stage.dir, "state/crew.token"), "utf8").trim();
	invite = (await stage.crew("invite", "eve")).link.split("/speak/")[1];
	watching = await browser();
	viewer = await watching.context.newPage();
	await viewer.goto(`${stage.url}/watch`);
	await hears(viewer, "video", [440]);
	memory = stage.memoryKb();
});

after(async () => {
	await watching?.close();
	await stage.end();
});

test("commands that are wrong are refused and change nothing", async () => {
	const before = (await stage.twinstage("status", "--json")).out;
	for (const [words, code, message] of [
		[["tkae"], 2, /take/],
		[["scene", "plaec", "stage", "bars"], 2, /place/],
		[["cut"], 2, /scene/],
		[["cut", "wide"], 1, /no scene "wide".*stage/],
		[["scene", "add", "stage"], 1, /stage/],
		[["scene", "add", "../x"], 1, /\//],
		[["scene", "place", "stage", "barz"], 1, /bars/],
		[["source", "set", "bars", "--gain", "loud"], 2, /gain/],
		[["source", "set", "bars", "--gain", "99dB"], 2, /12/],
		[["source", "set", "bars", "--delay_ms", "99999"], 1, /2000/],
		[["source", "remove", "bars"], 1, /stage/],
		[["source", "add", "clip", "file", "/nowhere.mp4"], 1, /nowhere\.mp4/],
		[["source", "add", "x", "srt", "--passphrase", "short"], 1, /10/],
		[["take", "--with", "dissolve"], 2, /mix/],
		[["take"], 1, /preview/],
		[["show", "load", "/nowhere.show"], 1, /nowhere\.show/],
	]) {
		const { code: got, err } = await stage.twinstage(...words);
		assert.equal(got, code, `${words.join(" ")}: exit ${got}: ${err}`);
		assert.match(err, message, words.join(" "));
	}
	const strip = (text) => JSON.parse(text).sources.map((source) => [source.name, source.gain_db, source.delay_ms]);
	assert.deepEqual(strip((await stage.twinstage("status", "--json")).out), strip(before));
});

test("a show file's error names file, line and column, and the running show stays", async () => {
	const file = join(stage.dir, "bad.show");
	writeFileSync(file, "# a plan\nsource add one test\nscene add two gird\nscene place two three\n\u0000\xff\n");
	const checked = await stage.twinstage("show", "check", file);
	assert.equal(checked.code, 1);
	assert.match(checked.err + checked.out, /bad\.show:3:15.*grid/);
	assert.equal((await stage.twinstage("show", "load", file)).code, 1);
	assert.equal((await stage.crew("status")).program, "stage");
});

test("HTTP: wrong paths, methods, types, sizes, tokens and JSON", async () => {
	assert.equal((await http("GET", "/nothing")).status, 404);
	assert.equal((await http("GET", "/../../etc/passwd")).status, 404);
	assert.equal((await http("GET", "/%2e%2e/%2e%2e/etc/passwd")).status, 404);
	assert.equal((await http("DELETE", "/watch")).status, 405);
	assert.equal((await http("POST", "/v1/take", { body: "{}" })).status, 401);
	assert.equal((await http("POST", "/v1/take", { headers: { authorization: "Bearer x" }, body: "{}" })).status, 401);
	for (const [path, body, status] of [
		["cut", "{", 400],
		["cut", "[]", 400],
		["cut", '{"scene":7}', 400],
		["cut", '{"scene":"wide"}', 404],
		["cut", '{"scene":"stage","colour":"red"}', 400],
		["nothing", "{}", 404],
		["cut", `{"scene":"${"x".repeat(200000)}"}`, 413],
		["cut", `${"[".repeat(5000)}`, 400],
	]) {
		const answer = await v1(path, body);
		assert.equal(answer.status, status, `${path} ${body.slice(0, 40)}: ${answer.status} ${answer.body}`);
		assert.ok(JSON.parse(answer.body).error.message.length > 5);
	}
	await showGoesOn();
});

test("WHIP and WHEP: malformed offers, no codec, no token, unknown sessions", async () => {
	const bearer = { authorization: `Bearer ${invite}` };
	const good = await viewer.evaluate(async () => {
		const peer = new RTCPeerConnection();
		peer.addTransceiver("video", { direction: "recvonly" });
		const { sdp } = await peer.createOffer();
		peer.close();
		return sdp;
	});
	for (const [path, body, headers, status] of [
		["/whep/program", "", {}, 400],
		["/whep/program", "hello", {}, 400],
		["/whep/program", randomBytes(3000).toString("latin1"), {}, 400],
		["/whep/program", "v=0\r\n".repeat(2000), {}, 400],
		["/whep/program", good.replace(/a=fingerprint.*\r\n/g, ""), {}, 400],
		["/whep/program", good.replace(/a=ice-.*\r\n/g, ""), {}, 400],
		["/whep/program", good.replace(/(H264|rtx)/g, "QUUX"), {}, 422],
		["/whep/program", good + "a=x:y\r\n".repeat(20000), {}, 413],
		["/whep/nothing", good, {}, 404],
		["/whep/return/eve", good, {}, 401],
		["/whip", good, {}, 401],
		["/whip", good, { authorization: "Bearer AAAA" }, 401],
		["/whip", "v=0", bearer, 400],
		["/whip", good.replace(/recvonly/g, "sendonly").replace(/(H264|VP8|rtx)/g, "QUUX"), bearer, 422],
	]) {
		const answer = await offer(path, body, headers);
		assert.equal(answer.status, status, `${path} ${body.slice(0, 30)}: ${answer.status} ${answer.body}`);
	}
	assert.equal((await http("POST", "/whep/program", { headers: { "content-type": "text/plain" }, body: good })).status, 415);
	assert.equal((await http("DELETE", "/whep/session/0123456789abcdef0123456789abcdef")).status, 404);
	assert.equal((await http("GET", "/whip")).status, 405);
	await showGoesOn();
});

test("more viewers than the limit are turned away with 503", async () => {
	const statuses = [];
	let full;
	const sdp = await viewer.evaluate(async () => {
		const peer = new RTCPeerConnection();
		peer.addTransceiver("video", { direction: "recvonly" });
		return (await peer.createOffer()).sdp;
	});
	for (let i = 0; i < 25; i++) {
		const answer = await offer("/whep/program", sdp);
		statuses.push(answer.status);
		if (answer.status === 503) full = answer;
	}
	assert.ok(statuses.includes(503), statuses.join());
	assert.equal(statuses[0], 201);
	assert.ok(Number(full.headers["retry-after"]) > 0);
	assert.match(JSON.parse(full.body).error.message, /viewers/);
	await showGoesOn();
});

test("raw sockets: slow, huge and broken HTTP; a broken control line", async () => {
	const sockets = [];
	for (let i = 0; i < 20; i++) {
		const socket = connectTls({ host: "127.0.0.1", port: stage.https, rejectUnauthorized: false });
		socket.on("error", () => {});
		socket.write(i % 2 ? "GET /watch HTTP/1.1\r\nX: " : `GET /${"a".repeat(100000)} HTTP/1.1\r\n\r\n`);
		sockets.push(socket);
	}
	const plain = createConnection(stage.https, "127.0.0.1").on("error", () => {});
	plain.write(randomBytes(5000));
	const control = createConnection(join(stage.dir, "state/twinstage.sock")).on("error", () => {});
	control.write(`${"x".repeat(3_000_000)}\n{"words":[1,null]}\n{}\n\u0000\n`);
	await showGoesOn();
	for (const socket of [...sockets, plain, control]) socket.destroy();
});

test("50,000 random datagrams at the browsers' port, and random ones at the cameras'", async () => {
	const socket = createSocket("udp4");
	const firstBytes = [0, 1, 20, 22, 63, 128, 191, 255]; // STUN, DTLS, RTP and RTCP, as RFC 7983 tells them apart
	for (let i = 0; i < 50000; i++) {
		const datagram = randomBytes(1 + Math.floor(Math.random() * 1400));
		if (i % 2) datagram[0] = firstBytes[i % firstBytes.length];
		if (i % 5 === 0 && datagram.length > 20) datagram.writeUInt32BE(0x2112a442, 4);
		socket.send(datagram, i % 10 ? stage.rtc : stage.srt, "127.0.0.1");
		if (i % 200 === 0) await sleep(2);
	}
	await showGoesOn();
	socket.close();
});

test("cameras that send nonsense", async () => {
	const noPmt = stage.ffmpeg({
		streamid: "cam",
		video: "testsrc2=s=640x360:r=30",
		audio: "sine=frequency=800",
		codec: ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-mpegts_pmt_start_pid", "0x1000", "-bsf:v", "noise=amount=100"],
	});
	await sleep(3000);
	await stage.kill(noPmt, "SIGKILL");
	const garbage = stage.spawn("ffmpeg", [
		"-nostdin", "-loglevel", "error", "-re", "-f", "rawvideo", "-s", "64x64", "-r", "30", "-i", "/dev/urandom", "-c", "copy",
		"-f", "rawvideo", ...stage.calling("cam"),
	]);
	await stage.event("source_failed", /cam/, 30);
	await stage.kill(garbage, "SIGKILL");
	const huge = stage.ffmpeg({
		streamid: "cam",
		video: "color=c=gray:s=7680x4320:r=2",
		codec: ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "2"],
	});
	await stage.event("source_failed", /7680/, 40);
	await stage.kill(huge, "SIGKILL");
	await showGoesOn();
});

test("afterwards the port, the cameras' port and memory are as before", async () => {
	stage.camera("cam", "blue", 900);
	await stage.sourceState("cam", "live", 20);
	await hears(viewer, "video", [440, 900]);
	const grown = stage.memoryKb() - memory;
	assert.ok(grown < 400_000, `grew by ${grown} kB`); // a decoder for the new camera and the sanitizer's quarantine are in it
});
