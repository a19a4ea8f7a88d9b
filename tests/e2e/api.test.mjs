// SPDX-License-Identifier: EUPL-1.2
// The doors on the network as programs use them: the commands over HTTP, events over WebSocket, a WHEP session from offer to end.
import { test, after, before } from "node:test";
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Stage, http, until } from "./lib/stage.mjs";
import { browser } from "./lib/people.mjs";

const stage = new Stage("api");
let watching, page, token;

const v1 = (path, body = {}) =>
	http(stage, "POST", `/v1/${path}`, {
		headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
		body: JSON.stringify(body),
	});

before(async () => {
	await stage.start();
	token = readFileSync(join(stage.dir, "state/crew.token"), "utf8").trim();
	watching = await browser();
	page = await watching.context.newPage();
	await page.goto(`${stage.url}/web/icon.svg`);
});

after(async () => {
	await watching?.close();
	await stage.end();
});

test("what the daemon keeps is for its user alone", async () => {
	const files = ["crew.token", "invite.key", "cert.key", "running.show"];
	await stage.crew("scene", "add", "kept");
	await until("the show to be saved", () => existsSync(join(stage.dir, "state/running.show")));
	for (const name of files) assert.equal(statSync(join(stage.dir, "state", name)).mode & 0o777, 0o600, name);
});

test("commands over HTTP, and their events over WebSocket", async () => {
	assert.equal((await v1("source/add", { source: "bars", kind: "test" })).status, 200);
	assert.equal((await v1("scene/add", { scene: "stage", layout: "full" })).status, 200);
	assert.equal((await v1("scene/place", { scene: "stage", source: "bars" })).status, 200);
	assert.equal((await v1("cut", { scene: "stage" })).status, 200);
	assert.equal((await v1("source/set", { source: "bars", gain: -6, mute: false, delay_ms: 40 })).status, 200);
	const status = await v1("status");
	assert.equal(status.headers["content-type"], "application/json");
	const { program, sources } = JSON.parse(status.body);
	assert.equal(program, "stage");
	assert.equal(sources[0].gain_db, -6);
	assert.equal(sources[0].delay_ms, 40);
});

test("the events of a show, followed by the command line", async () => {
	const { spawn } = await import("node:child_process");
	const env = { ...process.env, TWINSTAGE_SOCKET: join(stage.dir, "state/twinstage.sock") };
	const child = spawn(join(stage.bin, "cli/twinstage"), ["events", "--follow"], { env });
	let text = "";
	child.stdout.on("data", (chunk) => (text += chunk));
	await until("what happened before", () => text.includes("program_changed"));
	await v1("slate", { state: "on" });
	await until("what happens now", () => text.includes("slate_changed"));
	await v1("slate", { state: "off" });
	child.kill();
});

test("pages say what they are, and are kept while they hold", async () => {
	const first = await http(stage, "GET", "/watch");
	assert.equal(first.status, 200);
	assert.match(first.headers["content-security-policy"], /default-src 'none'/);
	assert.doesNotMatch(first.headers["content-security-policy"], /unsafe/);
	assert.equal(first.headers["referrer-policy"], "no-referrer");
	const again = await http(stage, "GET", "/watch", { headers: { "if-none-match": first.headers.etag } });
	assert.equal(again.status, 304);
	const head = await http(stage, "HEAD", "/watch");
	assert.equal(head.status, 200);
	assert.equal(head.body, "");
	assert.equal((await http(stage, "GET", "/")).headers.location, "/watch");
});

test("a WHEP session: offer, trickle, restart, and its end", async () => {
	const offer = await page.evaluate(async () => {
		window.peer = new RTCPeerConnection();
		window.peer.addTransceiver("video", { direction: "recvonly" });
		window.peer.addTransceiver("audio", { direction: "recvonly" });
		await window.peer.setLocalDescription(await window.peer.createOffer());
		return window.peer.localDescription.sdp;
	});
	const answer = await http(stage, "POST", "/whep/program", { headers: { "content-type": "application/sdp" }, body: offer });
	assert.equal(answer.status, 201);
	assert.equal(answer.headers["content-type"], "application/sdp");
	assert.equal(answer.headers["access-control-allow-origin"], "*");
	assert.match(answer.headers.location, /^\/whep\/session\/[0-9a-f]{32}$/);
	const { location, etag } = answer.headers;
	await page.evaluate(async (sdp) => {
		await window.peer.setRemoteDescription({ type: "answer", sdp });
		while (window.peer.connectionState !== "connected") await new Promise((done) => setTimeout(done, 20));
	}, answer.body);

	const patch = (body, tag, type = "application/trickle-ice-sdpfrag") =>
		http(stage, "PATCH", location, { headers: { "content-type": type, ...(tag ? { "if-match": tag } : {}) }, body });
	const media = "m=video 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n";
	const candidate = "a=candidate:1 1 udp 2122260223 192.0.2.9 50000 typ host\r\n";
	const [ufrag, pwd] = ["ice-ufrag", "ice-pwd"].map((name) => new RegExp(`a=${name}:(.*)\r\n`).exec(offer)[1]);
	const own = `a=ice-ufrag:${ufrag}\r\na=ice-pwd:${pwd}\r\n`;
	assert.equal((await patch(own + media + candidate, etag)).status, 204);
	assert.equal((await patch(own + media + candidate)).status, 204);
	assert.equal((await patch(own + media + candidate, '"other"')).status, 412);
	assert.equal((await patch("nonsense", etag)).status, 400);
	assert.equal((await patch(own, etag, "text/plain")).status, 415);
	const restarted = await patch(`a=ice-ufrag:${"n".repeat(8)}\r\na=ice-pwd:${"w".repeat(24)}\r\n${media}`, "*");
	assert.equal(restarted.status, 200);
	assert.match(restarted.body, /a=ice-ufrag:/);
	assert.notEqual(restarted.headers.etag, etag);
	assert.equal((await patch(own + media + candidate, etag)).status, 412);

	const viewers = async () => JSON.parse((await v1("status")).body).viewers;
	await until("the viewer to be there", async () => (await viewers()) === 1);
	assert.equal((await http(stage, "DELETE", location)).status, 200);
	assert.equal((await http(stage, "DELETE", location)).status, 404);
	await until("the viewer to be gone", async () => (await viewers()) === 0);
});

test("pages of other origins may ask", async () => {
	const { status, headers } = await http(stage, "OPTIONS", "/whep/program");
	assert.equal(status, 204);
	assert.match(headers["access-control-allow-headers"], /authorization/);
	assert.match(headers.allow, /POST/);
});
