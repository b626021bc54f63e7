<?php
// An application as schools run them: phpCAS, told where the sign-on is, prints whom it sees.
// /open asks nobody to sign in; /pass asks for a proxy ticket, which /behind of another takes.
require 'CAS.php';
$sso = getenv('SSO');
$here = 'http://127.0.0.1:' . $_SERVER['SERVER_PORT'];
$path = strtok($_SERVER['REQUEST_URI'], '?');
$url = parse_url($sso);
$passes = in_array($path, ['/pass', '/pgt']);
if ($path === '/pgt') {
    // phpCAS takes granting tickets by TLS only; on this machine there is none.
    $_SERVER['HTTPS'] = 'on';
}
$kind = $passes ? 'phpCAS::proxy' : 'phpCAS::client';
$kind(CAS_VERSION_3_0, $url['host'], $url['port'], '', $here);
phpCAS::setNoCasServerValidation();
phpCAS::setServerServiceValidateURL($sso . '/p3/serviceValidate');
phpCAS::setServerLogoutURL($sso . '/logout');
phpCAS::setServerLoginURL($sso . '/login?service=' . urlencode($here . $path));
phpCAS::handleLogoutRequests(true, ['127.0.0.1', 'localhost']);
if ($passes) {
    phpCAS::setFixedCallbackURL($here . '/pgt');
    phpCAS::setPGTStorageFile(ini_get('session.save_path'));
    // Nothing sets this address, and the usual one is https.
    (fn() => $this->_server['proxy_url'] = $sso . '/proxy')->call(phpCAS::getCasClient());
}
if ($path === '/behind') {
    phpCAS::allowProxyChain(new CAS_ProxyChain_Any());
    phpCAS::setServerProxyValidateURL($sso . '/p3/proxyValidate');
}
$seen = $path === '/open' ? phpCAS::isAuthenticated() : phpCAS::forceAuthentication();
header('Content-Type: application/json');
if ($path === '/pass') {
    $ticket = phpCAS::retrievePT(getenv('PASS_TO'), $code, $message);
    echo json_encode(['user' => phpCAS::getUser(), 'ticket' => $ticket, 'problem' => $message]);
} else {
    echo json_encode($seen
        ? ['user' => phpCAS::getUser(), 'attributes' => phpCAS::getAttributes()]
        : ['user' => null]);
}
