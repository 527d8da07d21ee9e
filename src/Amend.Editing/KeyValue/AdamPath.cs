namespace Amend.Editing.KeyValue;

/// <summary>Adam (Kingma and Ba 2015) for one point, with the constants of <c>torch.optim.Adam</c>.</summary>
/// <param name="width">Numbers of the point.</param>
/// <param name="rate">The learning rate.</param>
internal sealed class AdamPath(int width, double rate)
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;
    private readonly double[] _mean = new double[width];
    private readonly double[] _square = new double[width];
    private int _steps;

    /// <summary>The point behind one step.</summary>
    /// <param name="point">Where it is.</param>
    /// <param name="gradient">The gradient there.</param>
    public double[] Next(double[] point, double[] gradient)
    {
        _steps++;
        var (mean, square) = (1 - Math.Pow(Beta1, _steps), 1 - Math.Pow(Beta2, _steps));
        var next = new double[point.Length];
        for (var i = 0; i < next.Length; i++)
        {
            _mean[i] = (Beta1 * _mean[i]) + ((1 - Beta1) * gradient[i]);
            _square[i] = (Beta2 * _square[i]) + ((1 - Beta2) * gradient[i] * gradient[i]);
            next[i] = point[i] - (rate * (_mean[i] / mean) / (Math.Sqrt(_square[i] / square) + Epsilon));
        }

        return next;
    }
}
