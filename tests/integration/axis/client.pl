# SOAP::Lite: sends a document and asks for one that is not there; prints what it hears.
use strict;
use warnings;
use SOAP::Lite;
my ($url, $token, $agency_token, $document, $version) = @ARGV;
my $space = 'urn:lienthong:axis:v1';

sub client {
    my $soap = SOAP::Lite->soapversion($version)->proxy($url)->ns($space, 'lt');
    $soap->on_action(sub { "$space/$_[1]" });
    $soap->on_fault(sub { $_[1] });
    $soap->transport->http_request->header(Authorization => "Bearer $_[0]");
    return $soap;
}

my $sent = client($token)->call('SendDocument',
    SOAP::Data->name('lt:Document' => $document)->type(''));
print "taken: ", ($sent->valueof('//Report/IsSuccess') // ''), "\n";
print "sha256: ", ($sent->valueof('//Sha256') // ''), "\n";
my $lost = client($agency_token)->call('GetDocument',
    SOAP::Data->name('lt:DocumentId' => 'no-such')->type(''));
print "fault: ", ($lost->fault ? 'yes' : 'no'), "\n";
print "code: ", ($lost->valueof('//Fault/Code') // ''), "\n";
print "code: $_\n" for $lost->valueof('//Code');
