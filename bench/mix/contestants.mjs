// SPDX-License-Identifier: EUPL-1.2
// Who mixes: each is { name, counts, pids(), turns(), end() }; turns() lists [key, layout, how to get there]; decoded() is
// how many pictures of all cameras were decoded so far.
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { names, send } from "../lib/cameras.mjs";
import { counter, viewer } from "../lib/rtp.mjs";
import { host } from "../lib/tool.mjs";
import { layouts, logo, mixed, places } from "./layouts.mjs";
import { voctomix } from "./voctomix.mjs";
import { decode, encode, encodeSound, receive, freeUdpPorts } from "./texts.mjs";
import { Stage } from "../../tests/e2e/lib/stage.mjs";

const settings = { width: 1280, height: 720, fps: 30, video_kbps: 2500, x264_preset: "superfast", audio_priority: 0 };

// Plays a pipeline's text; tell() sends it lines, decoded() asks for its count.
export function play(text) {
	const child = spawn(host(), [text], { stdio: ["pipe", "pipe", "inherit"] });
	const tell = (line) => child.stdin.write(`${line}\n`);
	return {
		pid: child.pid,
		tell,
		decoded: () => new Promise((done) => (child.stdout.once("data", (text) => done(Number(text))), tell("count"))),
		end: () => child.kill("SIGKILL"),
	};
}

// One camera received and decoded beside whoever is measured: what that costs tells how fast the machine is just then.
export async function yardstick() {
	const [port] = await freeUdpPorts(1);
	const player = play(`${receive(port, 0)} d0. ! ${decode(0)} ! fakesink name=strided0 sync=false async=false`);
	const hangUp = send({ [names[1]]: `srt://127.0.0.1:${port}?pkt_size=1316` });
	return { pid: player.pid, end: () => (hangUp(), player.end()) };
}

// What a talk has over its picture most of the time.
async function layOver(stage) {
	await stage.crew("cut", layouts[0]);
	await stage.crew("title", "Zoë Müller-Lüdenscheidt", "Chair of the board");
	await stage.crew("logo", "show", logo());
	await stage.crew("clock", "show");
}

async function ours() {
	const stage = new Stage("bench-mix", { settings });
	if (process.env.TWINSTAGE_BUILD) stage.bin = resolve(process.env.TWINSTAGE_BUILD, "src");
	await stage.start();
	for (const name of names) await stage.crew("source", "add", name, "srt");
	for (const layout of layouts) {
		await stage.crew("scene", "add", layout, layout);
		for (const name of names.slice(0, places[layout].length)) await stage.crew("scene", "place", layout, name);
	}
	const hangUp = send(Object.fromEntries(names.map((name) => [name, `srt://127.0.0.1:${stage.srt}?streamid=${name}&pkt_size=1316`])));
	for (const name of names) await stage.sourceState(name, "live");
	await stage.crew("cut", layouts[0]);
	const counts = await viewer(`${stage.url}/whep/program`);
	return {
		name: "Twinstage",
		counts,
		pids: () => [stage.daemon.pid],
		decoded: async () => (await stage.crew("source", "list")).sources.reduce((sum, source) => sum + source.pictures, 0),
		turns: () => [
			...layouts.map((layout) => ["ours", layout, () => stage.crew("cut", layout)]),
			["ours_overlays", layouts[0], () => layOver(stage)],
		],
		end: async () => (counts.close(), hangUp(), stage.end()),
	};
}

// Four receivers and decoders, an encoder that is fed the same mix made beforehand, and nothing between them. What is done with a decoded
// picture is the sink's to say: a plain one gets it as GStreamer's decoder gives it, which copies; a "strided" one as Twinstage takes it.
async function floor(key, name, sink) {
	const counts = await counter();
	const ports = await freeUdpPorts(names.length);
	const cameras = ports.map(
		(port, i) =>
			`${receive(port, i)} d${i}. ! ${decode(i)} ! fakesink name=${sink}${i} sync=false async=false ` +
			`d${i}. ! aacparse ! avdec_aac ! ${i ? "fakesink sync=false async=false" : `audioconvert ! audioresample ! ${encodeSound}`}`,
	);
	const pipeline = play(
		"appsrc name=ring is-live=true format=time max-bytes=0 " +
			'caps="video/x-raw,format=I420,width=1280,height=720,framerate=30/1,colorimetry=bt709,interlace-mode=progressive" ' +
			`! ${encode(counts.port)} ${cameras.join(" ")}`,
	);
	const hangUp = send(Object.fromEntries(names.map((name, i) => [name, `srt://127.0.0.1:${ports[i]}?pkt_size=1316`])));
	pipeline.tell(`pictures ${mixed(layouts[0])}`);
	return {
		name,
		counts,
		pids: () => [pipeline.pid],
		decoded: pipeline.decoded,
		turns: () => layouts.map((layout) => [key, layout, () => pipeline.tell(`pictures ${mixed(layout)}`)]),
		end: async () => (hangUp(), pipeline.end(), counts.close()),
	};
}

const linear = "GstVideoConverter,GstVideoConverter.resampler-method=(GstVideoResamplerMethod)linear";

// What is not shown has no alpha: compositor then does not scale it.
function arrange(pipeline, layout) {
	names.forEach((_, i) => {
		const [x, y, width, height] = places[layout][i] ?? [0, 0, 320, 180];
		const set = { xpos: x, ypos: y, width, height, zorder: i + 1, alpha: i < places[layout].length ? 1 : 0 };
		for (const [property, value] of Object.entries(set)) pipeline.tell(`set mix:sink_${i} ${property} ${value}`);
	});
}

async function gst() {
	const counts = await counter();
	const ports = await freeUdpPorts(names.length);
	const cameras = ports.map(
		(port, i) =>
			`${receive(port, i)} d${i}. ! queue ! ${decode(i)} ! queue ! mix.sink_${i} ` +
			`d${i}. ! queue ! aacparse ! avdec_aac ! audioconvert ! audioresample ! queue ! sound.sink_${i}`,
	);
	const pipeline = play(
		`compositor name=mix background=black ` +
			"! video/x-raw,format=I420,width=1280,height=720,framerate=30/1,colorimetry=bt709,pixel-aspect-ratio=1/1 " +
			`! queue ! ${encode(counts.port)} audiomixer name=sound ! audio/x-raw,rate=48000,channels=2 ! queue ! audioconvert ! ${encodeSound} ${cameras.join(" ")}`,
	);
	const hangUp = send(Object.fromEntries(names.map((name, i) => [name, `srt://127.0.0.1:${ports[i]}?pkt_size=1316`])));
	const scaling = (config) => names.forEach((_, i) => pipeline.tell(`set mix:sink_${i} converter-config ${config}`));

	arrange(pipeline, layouts[0]);
	return {
		name: "GStreamer's compositor",
		counts,
		pids: () => [pipeline.pid],
		decoded: pipeline.decoded,
		turns: () => [
			...layouts.map((layout) => ["gst", layout, () => arrange(pipeline, layout)]),
			...layouts.map((layout) => ["gst_linear", layout, () => (scaling(linear), arrange(pipeline, layout))]),
		],
		end: async () => (hangUp(), pipeline.end(), counts.close()),
	};
}

export const contestants = {
	floor: () => floor("floor", "the floor", "plain"),
	ours,
	floor_shared: () => floor("floor_shared", "the floor that copies nothing", "strided"),
	gst,
	voctomix,
};
