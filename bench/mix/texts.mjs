// SPDX-License-Identifier: EUPL-1.2
// The parts of pipelines that all contestants but Twinstage share, with the settings that Twinstage's own (pipelines/) have.
import { createSocket } from "node:dgram";

// n UDP ports that are free now.
export async function freeUdpPorts(n) {
	const sockets = [];
	for (let i = 0; i < n; i++)
		sockets.push(await new Promise((done) => {
			const socket = createSocket("udp4").bind(0, () => done(socket));
		}));
	const ports = sockets.map((socket) => socket.address().port);
	await Promise.all(sockets.map((socket) => new Promise((done) => socket.close(done))));
	return ports;
}

// One camera calls one port; its streams come out of d<i>.
export const receive = (port, i) => `srtsrc uri="srt://127.0.0.1:${port}?mode=listener" latency=120 keep-listening=true ! tsdemux name=d${i} latency=0`;

// As pipelines/encode/picture.launch with conf/twinstaged.conf's settings.
export const encode = (port) =>
	'x264enc tune=zerolatency bframes=0 byte-stream=true aud=false option-string="scenecut=0" speed-preset=superfast bitrate=2500 ' +
	"vbv-buf-capacity=600 key-int-max=60 ! video/x-h264,profile=constrained-baseline,stream-format=byte-stream,alignment=au " +
	"! rtph264pay mtu=1180 aggregate-mode=zero-latency config-interval=-1 pt=102 " +
	`! udpsink host=127.0.0.1 port=${port} sync=false async=false`;

// As pipelines/encode/sound.launch with conf/twinstaged.conf's settings.
export const encodeSound =
	"opusenc frame-size=10 audio-type=restricted-lowdelay bitrate-type=cbr complexity=5 inband-fec=false bitrate=96000 " +
	"! rtpopuspay ! fakesink sync=false async=false";

export const decode = (i) => `h264parse ! avdec_h264 name=decoder${i} thread-type=slice`;
