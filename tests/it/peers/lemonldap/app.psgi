# LemonLDAP::NG's portal with the people of its demonstration, who work in schools here.
use strict;
use warnings;
use Lemonldap::NG::Portal::Main;
use Lemonldap::NG::Portal::UserDB::Demo;
use Plack::Builder;

# "; " parts the values of an attribute. Texts are bytes of UTF-8, as they come from a directory.
my %more = (
    rtyler => {
        sn        => 'Tyler',
        givenName => 'Rose',
        FrEduRne  => '9740091F$UAJ$PU$ENS$9740091F$T3$CLG$340',
    },
    dwho => {
        sn        => 'Who',
        givenName => 'Doctor',
        FrEduRne  => join( '; ',
            '9740091F$UAJ$PU$ENS$9740091F$T3$CLG$340',
            '9740020D$UAJ$PU$DIR$9740020D$T3$LYC$300' ),
    },
    # In no school.
    msmith => { sn => 'Smîth', givenName => 'Mickey' },
);
my $accounts = \%Lemonldap::NG::Portal::UserDB::Demo::demoAccounts;
$accounts->{$_} = { %{ $accounts->{$_} }, %{ $more{$_} } } for keys %more;

# Forms that send themselves need the scripts, once a real browser comes.
my $here = '/usr/share/lemonldap-ng/portal/htdocs';
builder {
    enable 'Static', path => qr{^/static/},              root => $here;
    enable 'Static', path => sub {s{^/javascript/}{}}, root => '/usr/share/javascript';
    Lemonldap::NG::Portal::Main->run( {} );
};
