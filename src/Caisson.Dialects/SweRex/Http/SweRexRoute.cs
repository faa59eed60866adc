namespace Caisson.Dialects.SweRex.Http;

/// <summary>A call as it is found by its name.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Call">What it does.</param>
/// <param name="OnFiles">Whether it needs the right to files instead of that to run programs.</param>
/// <param name="IsLarge">Whether its body is an upload.</param>
internal sealed record SweRexRoute(string Method, CallDelegate Call, bool OnFiles = false, bool IsLarge = false);
