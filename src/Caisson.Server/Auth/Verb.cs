namespace Caisson.Server.Auth;

/// <summary>What a request does.</summary>
internal enum Verb
{
    Read,
    Write,
}
