using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Caisson.Linux.Seccomp;

/// <summary>The same profile in the form that container engines take: JSON of the OCI runtime specification, as Docker writes it.</summary>
/// <remarks>Lists come from <see cref="DefaultCalls"/> and figures from <see cref="ArgumentChecks"/>, like the compiled filter.</remarks>
public static class OciSeccomp
{
    private const string Allow = "SCMP_ACT_ALLOW";
    private const string Errno = "SCMP_ACT_ERRNO";
    private const uint NotPermitted = 1;
    private const uint NoSuchCall = 38;

    /// <summary>The default profile.</summary>
    public static string Json()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, SeccompProfile.Default);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, SeccompProfile profile)
    {
        json.WriteStartObject();
        json.WriteString("defaultAction", Errno);
        json.WriteStartArray("architectures");
        json.WriteStringValue("SCMP_ARCH_X86_64");
        json.WriteEndArray();
        json.WriteStartArray("syscalls");
        Rule(json, profile.Allowed.Except(profile.Checked, StringComparer.Ordinal), Allow, null);
        Rule(json, profile.Denied, Errno, NotPermitted);
        // Said for each of them: older engines know no other default than EPERM, and runtimes answer ENOSYS to what is newer than the whole list.
        Rule(json, SystemCalls.Numbers.Keys.Except(profile.Allowed, StringComparer.Ordinal).Except(profile.Denied, StringComparer.Ordinal), Errno, NoSuchCall);
        foreach (var rule in ArgumentRules.All)
            Rule(json, [rule.Call], rule.Errno is null ? Allow : Errno, rule.Errno, rule.Conditions);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Rule(Utf8JsonWriter json, IEnumerable<string> calls, string action, uint? errno, IReadOnlyList<ArgumentCondition>? conditions = null)
    {
        json.WriteStartObject();
        json.WriteStartArray("names");
        foreach (var call in calls.Order(StringComparer.Ordinal))
            json.WriteStringValue(call);
        json.WriteEndArray();
        json.WriteString("action", action);
        if (errno is { } number)
            json.WriteNumber("errnoRet", number);
        json.WriteStartArray("args");
        foreach (var condition in conditions ?? [])
        {
            json.WriteStartObject();
            json.WriteNumber("index", condition.Argument);
            json.WriteNumber("value", condition.IsMasked ? condition.Mask : condition.Value);
            json.WriteNumber("valueTwo", condition.IsMasked ? condition.Value : 0);
            json.WriteString("op", condition.Differs ? "SCMP_CMP_NE" : condition.IsMasked ? "SCMP_CMP_MASKED_EQ" : "SCMP_CMP_EQ");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
