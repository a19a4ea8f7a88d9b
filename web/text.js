// SPDX-License-Identifier: EUPL-1.2
// Every word of the pages, in the reader's language. Elements name theirs: data-text (content), data-label (accessible name, tip).

const en = {
	watch_title: "Twinstage: the talk, live",
	room_title: "Twinstage: the hall's screen",
	speak_title: "Twinstage: your place on stage",
	no_script: "This page needs JavaScript.",

	connecting: "Connecting …",
	waiting: "Waiting for the stage",
	live: "Live",
	lost: "Connection lost. Reconnecting …",
	full: "All places are taken right now. We keep trying; please leave this page open.",
	no_codec: "This browser cannot play H.264 video. Please use Chrome, Edge, Safari, or Firefox with its OpenH264 add-on.",
	no_picture: "This browser cannot play H.264 video: you get the sound only. For the picture use Chrome, Edge, Safari, or Firefox with its OpenH264 add-on.",
	narrow: "Your line is too slow for the picture right now: you get the sound only. The picture comes back by itself.",
	blocked:
		"Picture and sound do not come through: this network seems to block UDP. Another network helps (mobile data, no VPN), or its administrator. We keep trying.",
	refused: "The server refuses right now. We keep trying.",
	picture: "The talk, live",
	sound_on: "Sound on",
	mute: "Mute",
	unmute: "Sound on",
	volume: "Volume",
	fullscreen: "Full screen",
	watch_keys: "mute · full screen · volume",

	start_room: "Start the hall's screen",

	crew_title: "Twinstage: the crew's desk",
	crew_door: "The crew's desk",
	crew_door_lead: "Program, preview and every source on one screen. You need the crew's token: the server keeps it in crew.token.",
	crew_token: "Token",
	crew_enter: "Open",
	crew_refused: "The server does not know this token.",
	crew_full: "As many of the crew are watching as max_crew allows. We keep trying.",
	multiview: "Program, preview and all sources",

	greeting: "Hello!",
	greeting_name: "Hello, {name}!",
	setup_lead: "Your camera and microphone, before you go on. Nobody sees or hears you yet.",
	self: "Your own picture",
	camera: "Camera",
	microphone: "Microphone",
	no_device: "None",
	unnamed_device: "Device {number}",
	level: "Microphone level",
	advanced: "Advanced",
	unprocessed: "Send the sound unprocessed",
	unprocessed_hint: "For music or an interpreter's booth: no echo and noise cancelling. Only with headphones.",
	headphones: "Please wear headphones: then nobody hears an echo.",
	join: "Join",
	ask_again: "Try again",
	allow: "Please allow the camera and the microphone in your browser.",
	audio_denied: "The microphone is blocked. Click the icon beside the address, allow it, and try again.",
	audio_none: "No microphone was found. Plug one in and try again.",
	audio_busy: "The microphone cannot be opened. Perhaps another program uses it.",
	audio_ended: "The microphone is gone: nobody hears you. Plug it in, or choose another one.",
	video_denied: "The camera is blocked. Allow it beside the address; sound alone works, too.",
	video_none: "No camera was found. Sound alone works, too.",
	video_busy: "The camera cannot be opened; perhaps another program uses it. Sound alone works, too.",
	video_ended: "The camera is gone. You are still heard. Plug it in, or choose another one.",
	insecure: "This browser opens camera and microphone only over https.",

	light_off: "Off air",
	light_preview: "You are next",
	light_program: "On air",
	return: "The program, as the audience sees it",
	waiting_room: "You are in the waiting room. The crew will let you in.",
	crew_muted: "The crew has muted you.",
	self_muted: "Your microphone is off.",
	joining: "Connecting …",
	speak_lost: "Connection lost. We are bringing you back …",
	speak_refused: "The server cannot take you right now ({message}). We keep trying.",
	return_lost: "The picture from the stage is coming back …",
	mic_off: "Mute",
	mic_on: "Unmute",
	camera_off: "Stop camera",
	camera_on: "Start camera",
	devices: "Devices",
	leave: "Leave",
	good: "Good connection",
	fair: "Fair connection",
	poor: "Poor connection",
	left_title: "You have left.",
	left_lead: "Camera and microphone are off. Thank you for being with us.",
	rejoin: "Join again",
	invalid_title: "This link is not valid any more.",
	invalid_lead: "Please ask the people who invited you for a new one.",
};

const de = {
	watch_title: "Twinstage: live dabei",
	room_title: "Twinstage: Saalbild",
	speak_title: "Twinstage: Ihr Platz auf der Bühne",
	no_script: "Diese Seite braucht JavaScript.",

	connecting: "Verbindung wird aufgebaut …",
	waiting: "Gleich geht es los",
	live: "Live",
	lost: "Verbindung unterbrochen. Sie wird wiederhergestellt …",
	full: "Im Moment sind alle Plätze belegt. Wir versuchen es weiter; bitte lassen Sie diese Seite offen.",
	no_codec: "Dieser Browser kann kein H.264-Video abspielen. Bitte nehmen Sie Chrome, Edge, Safari oder Firefox mit OpenH264.",
	no_picture: "Dieser Browser kann kein H.264-Video abspielen: Sie bekommen nur den Ton. Das Bild zeigen Chrome, Edge, Safari oder Firefox mit OpenH264.",
	narrow: "Ihre Leitung ist gerade zu langsam für das Bild: Sie bekommen nur den Ton. Das Bild kommt von selbst wieder.",
	blocked:
		"Bild und Ton kommen nicht durch: Dieses Netz sperrt anscheinend UDP. Ein anderes Netz hilft (Mobilfunk, kein VPN) oder dessen Verwaltung. Wir versuchen es weiter.",
	refused: "Der Server lehnt gerade ab. Wir versuchen es weiter.",
	picture: "Die Veranstaltung, live",
	sound_on: "Ton an",
	mute: "Ton aus",
	unmute: "Ton an",
	volume: "Lautstärke",
	fullscreen: "Vollbild",
	watch_keys: "Ton · Vollbild · Lautstärke",

	start_room: "Saalbild starten",

	crew_title: "Twinstage: Regie",
	crew_door: "Regie",
	crew_door_lead: "Programm, Vorschau und alle Quellen auf einem Bild. Sie brauchen das Kennwort der Regie: Der Server hat es in crew.token.",
	crew_token: "Kennwort",
	crew_enter: "Öffnen",
	crew_refused: "Der Server kennt dieses Kennwort nicht.",
	crew_full: "Es schauen schon so viele zu, wie max_crew erlaubt. Wir versuchen es weiter.",
	multiview: "Programm, Vorschau und alle Quellen",

	greeting: "Guten Tag!",
	greeting_name: "Guten Tag, {name}!",
	setup_lead: "Erst einmal Kamera und Mikrofon. Noch sieht und hört Sie niemand.",
	self: "Ihr eigenes Bild",
	camera: "Kamera",
	microphone: "Mikrofon",
	no_device: "Keine Auswahl",
	unnamed_device: "Gerät {number}",
	level: "Pegel des Mikrofons",
	advanced: "Erweitert",
	unprocessed: "Ton unbearbeitet senden",
	unprocessed_hint: "Für Musik oder Dolmetschen: ohne Echo- und Geräuschunterdrückung. Nur mit Kopfhörern.",
	headphones: "Bitte tragen Sie Kopfhörer: So hört niemand ein Echo.",
	join: "Teilnehmen",
	ask_again: "Noch einmal versuchen",
	allow: "Bitte erlauben Sie im Browser Kamera und Mikrofon.",
	audio_denied: "Das Mikrofon ist gesperrt. Klicken Sie auf das Zeichen neben der Adresse, erlauben Sie es und versuchen Sie es noch einmal.",
	audio_none: "Kein Mikrofon gefunden. Schließen Sie eines an und versuchen Sie es noch einmal.",
	audio_busy: "Das Mikrofon lässt sich nicht öffnen. Vielleicht benutzt es ein anderes Programm.",
	audio_ended: "Das Mikrofon ist weg: Niemand hört Sie. Stecken Sie es wieder ein oder wählen Sie ein anderes.",
	video_denied: "Die Kamera ist gesperrt. Erlauben Sie sie neben der Adresse; nur mit Ton geht es auch.",
	video_none: "Keine Kamera gefunden. Nur mit Ton geht es auch.",
	video_busy: "Die Kamera lässt sich nicht öffnen; vielleicht benutzt sie ein anderes Programm. Nur mit Ton geht es auch.",
	video_ended: "Die Kamera ist weg. Man hört Sie weiterhin. Stecken Sie sie wieder ein oder wählen Sie eine andere.",
	insecure: "Dieser Browser öffnet Kamera und Mikrofon nur über https.",

	light_off: "Nicht auf Sendung",
	light_preview: "Gleich dran",
	light_program: "Auf Sendung",
	return: "Das Programm, wie das Publikum es sieht",
	waiting_room: "Sie sind im Warteraum. Die Regie holt Sie herein.",
	crew_muted: "Die Regie hat Sie stummgeschaltet.",
	self_muted: "Ihr Mikrofon ist aus.",
	joining: "Verbindung wird aufgebaut …",
	speak_lost: "Verbindung unterbrochen. Wir holen Sie zurück …",
	speak_refused: "Der Server kann Sie gerade nicht aufnehmen ({message}). Wir versuchen es weiter.",
	return_lost: "Das Bild von der Bühne kommt gleich wieder …",
	mic_off: "Mikrofon ausschalten",
	mic_on: "Mikrofon einschalten",
	camera_off: "Kamera ausschalten",
	camera_on: "Kamera einschalten",
	devices: "Geräte",
	leave: "Verlassen",
	good: "Gute Verbindung",
	fair: "Mäßige Verbindung",
	poor: "Schlechte Verbindung",
	left_title: "Sie haben die Bühne verlassen.",
	left_lead: "Kamera und Mikrofon sind aus. Danke, dass Sie dabei waren.",
	rejoin: "Wieder teilnehmen",
	invalid_title: "Dieser Link gilt nicht mehr.",
	invalid_lead: "Bitte lassen Sie sich von den Veranstaltern einen neuen geben.",
};

export const language = navigator.language.toLowerCase().startsWith("de") ? "de" : "en";
const table = { en, de }[language];

// The words for `key`; {name} in them is replaced by values.name.
export function text(key, values = {}) {
	return table[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// Names an element anew, also for those who do not see it.
export function label(element, key) {
	element.setAttribute("aria-label", text(key));
	element.title = text(key);
}

// Fills the whole page.
export function localise() {
	document.documentElement.lang = language;
	for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
	for (const element of document.querySelectorAll("[data-label]")) label(element, element.dataset.label);
}
