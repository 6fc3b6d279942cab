/* The words of films, sounds and documents, in Indonesian and English. */
(function () {
  "use strict";

  window.Jampel.moreWords({
    id: {
      watchedShare: "Ditonton {share} %",
      heardShare: "Didengar {share} %",
      seenShare: "Dilihat {share} %",
      shareNeeded: "perlu {watch} %",
      resumedAt: "Dilanjutkan dari {time}.",
      fromStart: "Putar dari awal",
      documentTools: "Alat dokumen",
      leafOf: "Lembar {n} dari {total}",
      leafBefore: "Lembar sebelumnya",
      leafAfter: "Lembar berikutnya",
      zoomIn: "Perbesar",
      zoomOut: "Perkecil",
      zoomIs: "Perbesaran {n} %"
    },
    en: {
      watchedShare: "{share} % watched",
      heardShare: "{share} % heard",
      seenShare: "{share} % seen",
      shareNeeded: "{watch} % needed",
      resumedAt: "Going on from {time}.",
      fromStart: "Play from the start",
      documentTools: "Document tools",
      leafOf: "Sheet {n} of {total}",
      leafBefore: "Previous sheet",
      leafAfter: "Next sheet",
      zoomIn: "Larger",
      zoomOut: "Smaller",
      zoomIs: "Zoom {n} %"
    }
  });
})();
