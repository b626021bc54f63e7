// Sends the one form of the page. Without script the person presses its button (SEC-15).
document.forms[0].submit();
