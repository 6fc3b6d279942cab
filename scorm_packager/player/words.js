/* The words of the first screen, in Indonesian and English; nothing is written to a screen from anywhere but these files. */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});

  Jampel.words = {
    id: {
      skip: "Langsung ke isi",
      loading: "Memuat modul…",
      pages: "Daftar halaman",
      showPages: "Halaman",
      progress: "Kemajuan belajar",
      progressText: "{seen} dari {pages} halaman dibuka",
      progressBoth: "{seen} dari {pages} halaman · {answered} dari {questions} soal",
      seen: "sudah dibuka",
      unseen: "belum dibuka",
      openQuestions: "{n} soal belum dijawab",
      previous: "Sebelumnya",
      next: "Berikutnya",
      toResult: "Lihat hasil",
      steps: "Pindah halaman",
      pageOf: "Halaman {n} dari {total}",
      nowOn: "{title}. Halaman {n} dari {total}.",
      result: "Hasil",
      jp: "{n} JP",
      minutes: "± {n} menit",
      learner: "Peserta: {name}",

      whyNot: "Mengapa belum selesai?",

      notComplete: "belum selesai",
      whyFailed: "Mengapa belum lulus?",
      savedAt: "Tersimpan pukul {time}",
      savedHereAt: "Tersimpan di peramban ini pukul {time}",
      savedHere: "Hanya tersimpan di peramban ini",
      savedNowhere: "Tidak dapat disimpan di peramban ini",
      savedReview: "Mode tinjau: tidak dicatat",
      savingNow: "Menyimpan…",
      savingWaits: "Menunggu sambungan; jawaban aman di perangkat ini",
      savingFailed: "Belum tersimpan di LMS; dicoba lagi otomatis",
      savingRefused: "Sebagian catatan ditolak server",

      pageComing: "Memuat halaman…",
      partComing: "Memuat soal dan media…",
      pageLost: "Halaman ini belum dapat dimuat",
      pageLostText: "Sambungan lambat atau terputus. Kemajuan Anda tetap aman; coba lagi sebentar lagi.",
      retry: "Coba muat lagi",
      darkOn: "Tampilan gelap",
      lightOn: "Tampilan terang",
      print: "Cetak modul",
      printMissing: "Sebagian halaman belum dapat dimuat, jadi tidak ikut tercetak.",
      scrolls: "Dapat digulir ke samping",

      memoryOnly: "Peramban ini tidak mengizinkan penyimpanan. Kemajuan hilang bila halaman ditutup.",
      noLms: "LMS tidak ditemukan. Kemajuan hanya disimpan di peramban ini; buka modul dari LMS agar tercatat.",
      saveFailed: "LMS belum menyimpan kemajuan Anda (kode {code}). Jangan tutup halaman ini; dicoba lagi otomatis.",
      saveRestored: "Kemajuan tersimpan kembali.",
      reviewMode: "LMS membuka modul dalam mode tinjau. Hasil tidak dicatat.",
      unsentOnly: "Catatan terakhir belum terkirim dan tidak tersimpan di peramban ini. Jangan tutup halaman ini.",
      offline: "Sambungan terputus. Anda dapat terus belajar; catatan dikirim begitu tersambung.",
      online: "Tersambung lagi. Semua catatan sudah terkirim.",
      expired: "Waktu sesi habis. Buka kembali modul ini dari LMS; yang tersimpan di peramban ini lalu dikirim.",
      refused: "{n} catatan ditolak server dan disimpan di peramban ini. Sampaikan kepada admin LMS.",
      stateBroken: "Catatan kemajuan lama tidak dapat dibaca. Modul dimulai dari awal.",
      moduleChanged: "Modul ini diperbarui sejak terakhir dibuka. Hasil terbaik tetap ada; halaman dan soal dimulai lagi.",
      close: "Tutup",

      brokenTitle: "Modul ini tidak dapat dibuka",
      brokenText: "Isi modul rusak atau tidak lengkap. Sampaikan keterangan ini kepada penyusun modul atau admin LMS.",
      brokenJson: "{name} bukan JSON yang benar: {detail}",
      brokenMissing: "Bagian {name} tidak ada.",
      brokenPage: "Halaman nomor {n} tidak lengkap.",
      brokenQuestion: "Soal {id} tidak lengkap atau jenisnya tidak dikenal.",
      brokenReference: "Halaman {page} menyebut soal {id} yang tidak ada.",
      brokenTransport: "Jenis penyimpanan {name} tidak ada dalam paket ini.",
      brokenOther: "Kesalahan dalam pemutar: {detail}"
    },
    en: {
      skip: "Skip to content",
      loading: "Loading the module…",
      pages: "List of pages",
      showPages: "Pages",
      progress: "Learning progress",
      progressText: "{seen} of {pages} pages opened",
      progressBoth: "{seen} of {pages} pages · {answered} of {questions} questions",
      seen: "opened",
      unseen: "not opened yet",
      openQuestions: "{n} questions not answered",
      previous: "Previous",
      next: "Next",
      toResult: "See the result",
      steps: "Change page",
      pageOf: "Page {n} of {total}",
      nowOn: "{title}. Page {n} of {total}.",
      result: "Result",
      jp: "{n} JP",
      minutes: "± {n} minutes",
      learner: "Learner: {name}",

      whyNot: "Why is it not complete yet?",

      notComplete: "not complete yet",
      whyFailed: "Why have I not passed yet?",
      savedAt: "Saved at {time}",
      savedHereAt: "Saved in this browser at {time}",
      savedHere: "Saved in this browser only",
      savedNowhere: "This browser cannot save",
      savedReview: "Review: nothing is recorded",
      savingNow: "Saving…",
      savingWaits: "Waiting for the connection; answers are safe on this device",
      savingFailed: "Not saved in the LMS yet; tried again by itself",
      savingRefused: "The server refused some records",

      pageComing: "Loading the page…",
      partComing: "Loading questions and media…",
      pageLost: "This page could not be loaded yet",
      pageLostText: "The connection may be slow or gone. Your progress is safe; try again in a moment.",
      retry: "Load it again",
      darkOn: "Dark view",
      lightOn: "Light view",
      print: "Print the module",
      printMissing: "Some pages could not be loaded and are not printed.",
      scrolls: "Can be scrolled sideways",

      memoryOnly: "This browser does not allow storage. Progress is lost when the page closes.",
      noLms: "No LMS was found. Progress is kept in this browser only; open the module from the LMS to have it recorded.",
      saveFailed: "The LMS has not saved your progress yet (code {code}). Keep this page open; saving is tried again by itself.",
      saveRestored: "Progress is saved again.",
      reviewMode: "The LMS opened this module for review. Results are not recorded.",
      unsentOnly: "The last records are not sent and not kept in this browser. Do not close this page.",
      offline: "The connection is gone. You can go on learning; records are sent when it is back.",
      online: "Connected again. All records are sent.",
      expired: "The session has expired. Open this module again from the LMS; what is kept in this browser is sent then.",
      refused: "{n} records were refused by the server and are kept in this browser. Please tell the LMS administrator.",
      stateBroken: "The old progress record cannot be read. The module starts from the beginning.",
      moduleChanged: "This module was updated since you last opened it. Your best result is kept; pages and questions start again.",
      close: "Close",

      brokenTitle: "This module cannot be opened",
      brokenText: "The module is broken or incomplete. Please give the details below to its author or to the LMS administrator.",
      brokenJson: "{name} is not valid JSON: {detail}",
      brokenMissing: "The part {name} is missing.",
      brokenPage: "Page number {n} is incomplete.",
      brokenQuestion: "Question {id} is incomplete or of an unknown kind.",
      brokenReference: "Page {page} names question {id}, which does not exist.",
      brokenTransport: "This package has no storage of the kind {name}.",
      brokenOther: "An error in the player: {detail}"
    }
  };

  /* The words that come with a later script. */
  Jampel.moreWords = function (more) {
    Object.keys(more).forEach((language) => { Object.assign(Jampel.words[language] || {}, more[language]); });
  };

  /* The language asked for, or Indonesian when the player does not speak it ("en-GB" is "en"). */
  Jampel.language = (wanted) => {
    return String(wanted || "").toLowerCase().split("-")[0] === "en" ? "en" : "id";
  };

  /* The sentence of a key, with {name} replaced by params.name; an unknown key shows itself, so that a gap is seen. */
  Jampel.say = (language, key, params) => {
    var words = Jampel.words[language] || Jampel.words.id || Jampel.words.en; /* a package holds one language */
    var text = words[key] || key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      return params && name in params ? String(params[name]) : whole;
    });
  };

  /* A number as people of the language write it, at most two decimals: 66,67 or 66.67. */
  Jampel.number = (language, value) => {
    var text = String(Math.round(value * 100) / 100);
    return language === "id" ? text.replace(".", ",") : text;
  };
})();
