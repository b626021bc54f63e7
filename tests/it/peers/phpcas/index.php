<?php
// An application as schools run them: phpCAS, told where the sign-on is, prints whom it sees.
require 'CAS.php';
$sso = getenv('SSO');
$here = 'http://127.0.0.1:' . $_SERVER['SERVER_PORT'];
$url = parse_url($sso);
phpCAS::client(CAS_VERSION_3_0, $url['host'], $url['port'], '', $here);
phpCAS::setNoCasServerValidation();
phpCAS::setServerServiceValidateURL($sso . '/p3/serviceValidate');
phpCAS::setServerLogoutURL($sso . '/logout');
phpCAS::setServerLoginURL($sso . '/login?service=' . urlencode($here . strtok($_SERVER['REQUEST_URI'], '?')));
phpCAS::handleLogoutRequests(true, ['127.0.0.1', 'localhost']);
if (strtok($_SERVER['REQUEST_URI'], '?') === '/open') {
    $seen = phpCAS::isAuthenticated();
} else {
    $seen = phpCAS::forceAuthentication();
}
header('Content-Type: application/json');
echo json_encode($seen
    ? ['user' => phpCAS::getUser(), 'attributes' => phpCAS::getAttributes()]
    : ['user' => null]);
