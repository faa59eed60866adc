namespace Caisson.Client.Wire;

internal sealed record ResumeBody(int? TimeoutSeconds, bool Memory);
