using System.Reflection;

namespace Caisson.Dialects.SweRex.Tests.Parts;

/// <summary>An interface of which a test answers what it needs.</summary>
public class Scripted : DispatchProxy
{
    private Func<string, object?[], object?> _answer = null!;

    /// <summary>Makes one; the answer is by the member's name and arguments.</summary>
    public static T Of<T>(Func<string, object?[], object?> answer)
        where T : class
    {
        var made = Create<T, Scripted>();
        ((Scripted)(object)made)._answer = answer;
        return made;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!.Name, args ?? []);
}
