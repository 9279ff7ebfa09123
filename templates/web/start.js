// Signs in with a click: Swagger UI of this tab finds the token and takes it away.
for (const button of document.querySelectorAll("button[data-token]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    sessionStorage.setItem("involvement-token", button.dataset.token);
    location.href = "swagger-ui/";
  });
}
