#!/usr/bin/perl
# Writes all that LemonLDAP::NG needs into a folder:
#   configure.pl FOLDER PORT SP_METADATA_FILE [none|assertion|nameid] [NAMEID_FORMAT]
use strict;
use warnings;
use JSON;

my ( $folder, $port, $metadata, $encryption, $format ) = @ARGV;
die "usage: $0 FOLDER PORT SP_METADATA_FILE [ENCRYPTION] [NAMEID_FORMAT]\n" unless $metadata;
my $portal = "http://127.0.0.1:$port/";
my @names  = qw(uid cn sn givenName mail FrEduRne);

sub slurp { local ( @ARGV, $/ ) = @_; return scalar <> }

sub spurt {
    my ( $name, $text ) = @_;
    open my $file, '>', "$folder/$name" or die "$folder/$name: $!\n";
    print $file $text;
    close $file or die "$folder/$name: $!\n";
}

my @below = qw(conf cache sessions sessions/lock psessions psessions/lock);
mkdir "$folder/$_" or die "$folder/$_: $!\n" for @below;

my @make = qw(openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=lemonldap);
system( @make, '-keyout', "$folder/idp.key", '-out', "$folder/idp.crt" ) == 0 or die "no keys\n";

sub sessions {
    my %options = ( Directory => "$folder/$_[0]", LockDirectory => "$folder/$_[0]/lock" );
    $options{generateModule} = 'Lemonldap::NG::Common::Apache::Session::Generate::SHA256';
    return \%options;
}

sub cache {
    return { namespace => $_[0], cache_root => "$folder/cache", default_expires_in => 600 };
}

# "1;" makes an attribute obligatory: LemonLDAP::NG refuses people without it.
my $basic = 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic';
my %saml  = map { $_ => "0;$_;$basic;$_" } @names;

my %conf = (
    cfgNum     => 1,
    cfgAuthor  => 'a test',
    cfgDate    => time,
    cfgVersion => '2.16.1',

    portal         => $portal,
    domain         => '127.0.0.1',
    securedCookie  => 0,
    cookieName     => 'lemonldap',
    trustedDomains => '*',
    portalSkin     => 'bootstrap',
    timeout        => 72000,

    # Nothing that would ask for one more click, or once more for the password.
    requireToken             => 0,
    activeTimer              => 0,
    portalForceAuthnInterval => 1,
    skipRenewConfirmation    => 1,
    loginHistoryEnabled      => 0,
    notification             => 0,
    portalCheckLogins        => 0,

    authentication   => 'Demo',
    userDB           => 'Same',
    passwordDB       => 'Null',
    demoExportedVars => { map { $_ => $_ } @names },
    exportedVars     => {},
    # It guards no site, but cannot start with what is its own default here.
    locationRules    => { '127.0.0.1' => { default => 'accept' } },
    macros           => { _whatToTrace => '$_user' },
    whatToTrace      => '_whatToTrace',

    globalStorage              => 'Apache::Session::File',
    globalStorageOptions       => sessions('sessions'),
    persistentStorage          => 'Apache::Session::File',
    persistentStorageOptions   => sessions('psessions'),
    localSessionStorage        => 'Cache::FileCache',
    localSessionStorageOptions => cache('sessions'),

    # A plugin that does nothing: the usual one wants GD, even where nobody is shown a captcha.
    captcha => '::Main::Plugin',

    # CAS, for whoever asks.
    issuerDBCASActivation      => 1,
    casAccessControlPolicy     => 'none',
    casAttr                    => 'uid',
    casAttributes              => { map { $_ => $_ } @names },
    casBackChannelSingleLogout => 1,

    # SAML, for one service.
    issuerDBSAMLActivation             => 1,
    # A password counts as much as at a portal with https.
    samlAuthnContextMapPassword        => 1,
    samlServicePrivateKeySig           => slurp("$folder/idp.key"),
    samlServicePublicKeySig            => slurp("$folder/idp.crt"),
    samlServiceSignatureMethod         => 'RSA_SHA256',
    # The certificate, where others put the bare key.
    samlServiceUseCertificateInResponse => 1,
    samlSPMetaDataXML                  => { sp => { samlSPMetaDataXML => slurp($metadata) } },
    samlSPMetaDataExportedAttributes   => { sp => \%saml },
    samlSPMetaDataOptions              => {
        sp => {
            samlSPMetaDataOptionsEnableIDPInitiatedURL    => 1,
            samlSPMetaDataOptionsSignSSOMessage           => 1,
            samlSPMetaDataOptionsSignSLOMessage           => 1,
            samlSPMetaDataOptionsCheckSSOMessageSignature => 1,
            samlSPMetaDataOptionsCheckSLOMessageSignature => 1,
            samlSPMetaDataOptionsSignatureMethod          => 'RSA_SHA256',
            samlSPMetaDataOptionsEncryptionMode           => $encryption || 'none',
            samlSPMetaDataOptionsNameIDFormat             => $format || 'persistent',
        }
    },
);
spurt( 'conf/lmConf-1.json', to_json( \%conf, { pretty => 1, canonical => 1 } ) );

spurt( 'lemonldap-ng.ini', <<"END" );
[all]
logLevel = notice
checkTime = 600

[configuration]
type = File
dirName = $folder/conf
localStorage = Cache::FileCache
localStorageOptions = { 'namespace' => 'config', 'cache_root' => '$folder/cache' }

[portal]
staticPrefix = /static
templateDir = /usr/share/lemonldap-ng/portal/templates
languages = en, fr
END
