/* The words around a record that is taken out, in Indonesian and English. */
(function () {
  "use strict";

  window.Jampel.moreWords({
    id: {
      exportTitle: "Ambil catatan belajar saya",
      exportText: "Modul ini tidak terhubung ke LMS. Simpan catatan belajar Anda sebagai berkas, lalu serahkan kepada pengelola pelatihan.",
      exportId: "NIP atau nama pengguna",
      exportName: "Nama",
      exportNeedsId: "Tulis NIP atau nama pengguna dahulu.",
      exportDo: "Simpan berkas",
      exported: "{n} catatan tersimpan dalam berkas {name}.",
      clearRecord: "Kosongkan untuk peserta lain",
      clearSure: "Hapus kemajuan dan catatan dari peramban ini? Ini tidak dapat dibatalkan."
    },
    en: {
      exportTitle: "Take out my learning record",
      exportText: "This module is not connected to an LMS. Save your learning record as a file and hand it to whoever runs the training.",
      exportId: "NIP or username",
      exportName: "Name",
      exportNeedsId: "Write your NIP or username first.",
      exportDo: "Save the file",
      exported: "{n} records saved in the file {name}.",
      clearRecord: "Clear for another learner",
      clearSure: "Delete progress and record from this browser? This cannot be undone."
    }
  });
})();
