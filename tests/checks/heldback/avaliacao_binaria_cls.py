# Avaliacao de classificadores binarios e de regressao - disciplina de Aprendizado de Maquina
import numpy as np


class AvaliadorBinario:
    """
    Recebe os rotulos reais e as probabilidades previstas da classe positiva.

        av = AvaliadorBinario(y_real, prob)
        av.acuracia(), av.precisao(), av.revocacao(), av.f1(), av.auc()
    """

    def __init__(self, y_real, prob, limiar=0.5, positivo=1):
        self.y_real = (np.ravel(y_real) == positivo).astype(int)
        self.prob = np.ravel(prob).astype(float)
        if self.y_real.size != self.prob.size:
            raise ValueError("tamanhos diferentes")
        self.limiar = limiar

    @property
    def y_prev(self):
        return (self.prob >= self.limiar).astype(int)

    # contagens
    def vp(self):
        return int(np.sum((self.y_real == 1) & (self.y_prev == 1)))

    def vn(self):
        return int(np.sum((self.y_real == 0) & (self.y_prev == 0)))

    def fp(self):
        return int(np.sum((self.y_real == 0) & (self.y_prev == 1)))

    def fn(self):
        return int(np.sum((self.y_real == 1) & (self.y_prev == 0)))

    def matriz_confusao(self):
        """linhas: classe real, colunas: classe prevista"""
        return np.array([[self.vn(), self.fp()], [self.fn(), self.vp()]])

    # medidas (0.0 quando nao estao definidas)
    def acuracia(self):
        return (self.vp() + self.vn()) / self.y_real.size

    def precisao(self):
        previstos = self.vp() + self.fp()
        return self.vp() / previstos if previstos else 0.0

    def revocacao(self):
        reais = self.vp() + self.fn()
        return self.vp() / reais if reais else 0.0

    def especificidade(self):
        negativos = self.vn() + self.fp()
        return self.vn() / negativos if negativos else 0.0

    def f1(self):
        p, r = self.precisao(), self.revocacao()
        return 2 * p * r / (p + r) if p + r else 0.0

    def mcc(self):
        vp, vn, fp, fn = self.vp(), self.vn(), self.fp(), self.fn()
        den = np.sqrt(float(vp + fp) * (vp + fn) * (vn + fp) * (vn + fn))
        return (vp * vn - fp * fn) / den if den else 0.0

    def auc(self):
        """probabilidade de um positivo ter nota maior que um negativo (empate vale 1/2)"""
        pos = self.prob[self.y_real == 1]
        neg = self.prob[self.y_real == 0]
        if len(pos) == 0 or len(neg) == 0:
            raise ValueError("AUC precisa das duas classes")
        diferenca = pos[:, None] - neg[None, :]
        return np.mean((diferenca > 0) + 0.5 * (diferenca == 0))

    def entropia_cruzada(self):
        p = np.clip(self.prob, 1e-12, 1 - 1e-12)
        return -np.mean(self.y_real * np.log(p) + (1 - self.y_real) * np.log(1 - p))

    def resumo(self):
        return {"acuracia": self.acuracia(), "precisao": self.precisao(), "revocacao": self.revocacao(),
                "especificidade": self.especificidade(), "f1": self.f1(), "mcc": self.mcc(),
                "auc": self.auc(), "entropia": self.entropia_cruzada()}


def melhor_limiar(y_real, prob):
    """limiar com o maior f1, entre as notas observadas"""
    candidatos = np.unique(np.ravel(prob))
    notas = [AvaliadorBinario(y_real, prob, limiar=c).f1() for c in candidatos]
    return candidatos[int(np.argmax(notas))], max(notas)


def erro_quadratico_medio(y_real, y_prev):
    return np.mean((np.ravel(y_real) - np.ravel(y_prev)) ** 2)


def coef_determinacao(y_real, y_prev):
    y_real, y_prev = np.ravel(y_real), np.ravel(y_prev)
    residuos = np.sum((y_real - y_prev) ** 2)
    total = np.sum((y_real - y_real.mean()) ** 2)
    return 1 - residuos / total


if __name__ == "__main__":
    rng = np.random.default_rng(8)
    y = (rng.random(250) < 0.3).astype(int)
    prob = np.clip(0.3 + 0.25 * y + rng.normal(0, 0.15, 250), 0, 1)
    avaliador = AvaliadorBinario(y, prob)
    print(avaliador.matriz_confusao())
    for nome, valor in avaliador.resumo().items():
        print(f"{nome:<15} {valor:.4f}")
    limiar, f1 = melhor_limiar(y, prob)
    print(f"melhor limiar {limiar:.3f} com f1 {f1:.4f}")
